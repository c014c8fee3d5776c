// Which queries and changes of rows does the generated SQL have?
import { name, qualified, type } from './expressions.ts';
import { list, maybe, oneOf, pick, sql, type Text, type Tie } from './template.ts';

export function queries(tie: Tie): Record<string, Text> {
  const e = tie('expression');
  const condition = sql`(${e})`;
  const target = oneOf(sql`${condition}`, e, sql`(${e}) AS ${name}`, pick('*', 't.*', 's.t.*', 'a "B"'));
  const table = sql`${pick('', '', '', 'ONLY ')}${qualified}${pick('', '', ' AS t', ' t', ' AS "T" (a, b)')}`;
  const changed = sql`${pick('', '', 'ONLY ')}${qualified}${pick('', ' AS t', ' u')}`;
  const join = pick('JOIN', 'LEFT JOIN', 'RIGHT OUTER JOIN', 'FULL JOIN', 'INNER JOIN');
  const on = oneOf(sql`ON ${condition}`, sql`USING (${list(name, 2)})${pick('', '', ' AS j')}`);
  const from = oneOf(
    table,
    sql`${tie('subquery')} AS t`,
    sql`LATERAL ${tie('subquery')} t (a)`,
    sql`${tie('call_source')}`,
    sql`${table} ${join} ${table} ${on}`,
    sql`${table} CROSS JOIN ${table}`,
    sql`${table} NATURAL ${join} ${table}`,
    sql`(${table} ${join} ${table} ${on}) ${join} ${table} ${on}`,
    sql`${table} ${join} (${table} ${join} ${table} ${on}) ${on}`,
    sql`(${table} ${join} ${table} ${on}) AS jj`,
    sql`${table} TABLESAMPLE ${pick('SYSTEM', 'bernoulli', 's.m')} (${e})${maybe(sql`REPEATABLE (${e})`)}`,
  );
  const grouping = oneOf(
    list(condition, 2),
    sql`ROLLUP (${list(name, 2)})`,
    sql`CUBE (${list(name, 2)}, (a, b))`,
    sql`GROUPING SETS ((${name}), ${name}, ROLLUP (a), ())`,
  );
  const limits = oneOf(
    pick(''),
    pick(
      ' LIMIT 1',
      ' LIMIT ALL',
      ' LIMIT 10 OFFSET 5',
      ' OFFSET 3 ROWS',
      ' FETCH FIRST 5 ROWS ONLY',
      ' FETCH FIRST ROW ONLY',
      ' LIMIT NULL',
    ),
    sql` LIMIT ${condition} OFFSET ${condition}`,
    sql` ORDER BY ${tie('order')} FETCH FIRST ${condition} ROWS WITH TIES`,
  );
  const locking = oneOf(
    pick(''),
    pick(
      ' FOR UPDATE',
      ' FOR SHARE OF t',
      ' FOR NO KEY UPDATE NOWAIT',
      ' FOR KEY SHARE SKIP LOCKED',
      ' FOR UPDATE OF t SKIP LOCKED FOR SHARE OF u',
    ),
  );
  const cte = sql`${name}${pick('', ' (a, b)')} AS ${pick('', 'MATERIALIZED ', 'NOT MATERIALIZED ')}(${oneOf(tie('select'), tie('change'))})${pick('', '', '', ' SEARCH DEPTH FIRST BY a SET b', ' CYCLE a SET c USING d', " CYCLE a SET c TO 'y' DEFAULT 'n' USING d")}`;
  const withClause = sql`WITH ${pick('', 'RECURSIVE ')}${list(cte, 2)} `;
  const returning = maybe(
    oneOf(sql`RETURNING ${list(target, 2)}`, sql`RETURNING WITH (OLD AS o, NEW AS n) ${list(e, 2)}`),
  );
  const set = list(
    oneOf(
      sql`${name} = ${e}`,
      sql`${name} = DEFAULT`,
      sql`(${name}, ${name}) = (${e}, ${e})`,
      sql`(${name}, ${name}) = ROW(${e}, DEFAULT)`,
      sql`(${name}, ${name}) = ${tie('subquery')}`,
      sql`${name}[1] = ${e}`,
      sql`${name}.f = ${e}`,
    ),
    2,
  );
  const conflict = oneOf(
    pick(' ON CONFLICT DO NOTHING', ' ON CONFLICT ON CONSTRAINT k DO NOTHING', ''),
    sql` ON CONFLICT (${list(name, 2)}) DO UPDATE SET ${set}${maybe(sql`WHERE ${e}`)}`,
    sql` ON CONFLICT (lower(${name}) COLLATE "C" text_ops) WHERE ${e} DO UPDATE SET ${set}`,
  );
  const core = sql`SELECT ${pick('', '', 'DISTINCT ', 'ALL ', 'DISTINCT ON (a, (b)) ')}${list(target)}${maybe(sql`FROM ${list(from, 2)}`)}${maybe(sql`WHERE ${e}`)}`;
  return {
    subquery: sql`(${tie('select')})`,
    call_source: oneOf(
      sql`f(${e}) AS t`,
      sql`LATERAL s.f(${e}) WITH ORDINALITY AS t (a, b)`,
      sql`json_to_recordset(${e}) AS t (a ${type}, b ${type})`,
      sql`ROWS FROM (f(${e}), g(${e}) AS (a ${type})) WITH ORDINALITY t`,
      sql`unnest(${e}, ${e}) u`,
      sql`xmltable('/r' PASSING (${e}) COLUMNS a ${type} PATH 'x' DEFAULT 1 NOT NULL, o FOR ORDINALITY) x`,
      sql`json_table(${e}, '$[*]' COLUMNS (a ${type} PATH '$.a', o FOR ORDINALITY)) j`,
    ),
    select: oneOf(
      sql`SELECT ${list(target)}`,
      core,
      sql`${core} GROUP BY ${pick('', 'DISTINCT ')}${list(grouping, 2)}${maybe(sql`HAVING ${e}`)}`,
      sql`${core} ORDER BY ${tie('order')}${pick('', ' LIMIT 3')}`,
      sql`${core}${limits}`,
      sql`SELECT ${list(target)} FROM ${table}${locking}`,
      sql`${core} WINDOW w AS (PARTITION BY ${condition} ORDER BY ${tie('order')}), w2 AS (w ROWS 1 PRECEDING)`,
      sql`${withClause}${core}`,
      sql`SELECT ${list(target)} ${pick('UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT ALL')} VALUES (${e}) ${pick('UNION DISTINCT', 'INTERSECT', 'EXCEPT')} SELECT ${list(target)}`,
      sql`${tie('subquery')} ${pick('UNION', 'UNION ALL', 'INTERSECT ALL', 'EXCEPT')} ${tie('subquery')} ORDER BY 1 LIMIT 2`,
      sql`${tie('subquery')} UNION ${tie('subquery')} INTERSECT ${tie('subquery')}`,
      sql`(${tie('subquery')} UNION ${tie('subquery')}) EXCEPT ${tie('subquery')}`,
      sql`VALUES (${list(e, 2)}), (${list(e, 2)})`,
      pick('SELECT', 'TABLE t', 'SELECT FROM t', 'SELECT 1 UNION SELECT 2 EXCEPT SELECT 3'),
    ),
    change: oneOf(tie('plain_change'), tie('merge')),
    plain_change: oneOf(
      sql`INSERT INTO ${qualified}${pick('', ' AS x')} (${list(name)}) VALUES (${list(e)}), (DEFAULT, ${e})${conflict}${returning}`,
      sql`INSERT INTO ${qualified} ${pick('', 'OVERRIDING SYSTEM VALUE ', '(a) OVERRIDING USER VALUE ')}${tie('select')}${conflict}`,
      sql`INSERT INTO ${qualified} DEFAULT VALUES${returning}`,
      sql`${maybe(withClause, '')}UPDATE ${changed} SET ${set}${maybe(sql`FROM ${list(from, 2)}`)}${maybe(sql`WHERE ${e}`)}${returning}`,
      sql`${maybe(withClause, '')}DELETE FROM ${changed}${maybe(sql`USING ${from}`)}${maybe(sql`WHERE ${e}`)}${returning}`,
    ),
    merge: sql`MERGE INTO ${qualified} AS t USING ${tie('subquery')} AS u ON ${e} WHEN MATCHED${maybe(sql`AND ${e}`)} THEN UPDATE SET ${set} WHEN NOT MATCHED THEN INSERT (${name}) VALUES (${e}) WHEN NOT MATCHED BY SOURCE THEN ${pick('DELETE', 'DO NOTHING')}`,
  };
}
