// Does a query put many rows together, by an aggregate or a window function?
import { type SyntaxNode, walk } from '../../sql/syntax.ts';
import { partsOf } from '../name.ts';

/** Of PostgreSQL 18; those of window functions are told by OVER, ordered ones by WITHIN GROUP. */
const names: ReadonlySet<string> = new Set(
  `
  any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist every grouping json_agg json_agg_strict
  json_object_agg json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict jsonb_agg jsonb_agg_strict jsonb_object_agg
  jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict max min mode percentile_cont percentile_disc range_agg
  range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp
  string_agg sum var_pop var_samp variance xmlagg
`
    .trim()
    .split(/\s+/),
);

/** In a query’s own list; what queries within it do is theirs. */
export function aggregates(nodes: readonly SyntaxNode[]): boolean {
  let found = false;
  walk(nodes, (kind, fields) => {
    if (kind === 'JsonArrayAgg' || kind === 'JsonObjectAgg' || (kind === 'FuncCall' && isAggregate(fields)))
      found = true;
    return !found && kind !== 'SubLink';
  });
  return found;
}

const marks = ['agg_star', 'agg_order', 'agg_filter', 'agg_distinct', 'agg_within_group', 'over'] as const;

function isAggregate(call: object): boolean {
  const name = 'funcname' in call && Array.isArray(call.funcname) ? partsOf(call.funcname).at(-1) : undefined;
  return marks.some((mark) => mark in call) || names.has(name ?? '');
}
