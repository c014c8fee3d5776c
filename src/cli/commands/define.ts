// What is a command: one verb, its options, and what it does with them?
import type { ExitReason } from '../../model/failure.ts';
import type { ProjectOptions } from '../../model/outcome.ts';
import type { Report } from '../../report/define.ts';
import type { Page } from '../../report/prose/page.ts';

interface ValueTypes {
  readonly boolean: boolean;
  readonly string: string;
  readonly duration: number;
  readonly count: number;
  readonly list: readonly string[];
}

export interface OptionDefinition {
  /** A duration is written `500ms`, `30s`, `10m` or `2h` and arrives in milliseconds; a count is a whole number from 1; a list may be given several times. */
  readonly type: keyof ValueTypes;
  readonly description: string;
  /** What stands for the value in help: `URL`. */
  readonly value?: string;
  readonly short?: string;
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;

export type Values<Definitions extends OptionDefinitions> = {
  readonly [Name in keyof Definitions]?: ValueTypes[Definitions[Name]['type']];
};

export interface Positional {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Takes all that is left. */
  readonly many?: boolean;
}

export interface Example {
  readonly line: string;
  readonly does: string;
}

/** Shows the text and asks for yes or no; anything but yes is no. */
export type Ask = (text: (page: Page) => string) => Promise<boolean>;

export interface Context<Definitions extends OptionDefinitions> {
  /** What every verb of the library takes. */
  readonly project: ProjectOptions;
  readonly values: Values<Definitions>;
  readonly positionals: readonly string[];
  /** Null where nobody is there to answer. */
  readonly ask: Ask | null;
}

export interface Outcome {
  readonly report: Report;
  readonly exit: ExitReason;
  /** Another format than text, by its name on the shelf. */
  readonly format?: string;
}

export interface Command<Definitions extends OptionDefinitions = OptionDefinitions> {
  readonly name: string;
  /** One line, as it stands in the list of verbs. */
  readonly summary: string;
  /** After the verb: `NAME [--data]`. */
  readonly usage: string;
  /** What other tools call it, for whoever types that. */
  readonly elsewhere: readonly string[];
  readonly options: Definitions;
  readonly positionals: readonly Positional[];
  readonly examples: readonly Example[];
  /** Imports what it needs when it runs, so that help and mistakes stay fast. */
  run(context: Context<Definitions>): Promise<Outcome>;
}

export function defineCommand<const Definitions extends OptionDefinitions>(command: Command<Definitions>): Command {
  return Object.freeze(command);
}
