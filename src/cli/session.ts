// What happens between the words on the command line and the exit code?

import { createNarrator, type Narrator } from '../console/narrator.ts';
import type { ExitReason } from '../model/failure.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Report } from '../report/define.ts';
import type { Page } from '../report/prose/page.ts';
import type { Ask, Command } from './commands/define.ts';
import { mishapOf, stopped } from './mishap.ts';
import { findVerb, type Given, hasFlag, parseOptions, usage } from './options.ts';
import { nearest } from './suggest.ts';
import { canMove, type Environment, type Output, pageFor, writer } from './terminal.ts';

export interface Session {
  /** Without node and the script. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly directory: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly version: string;
  readonly commands: Readonly<Record<string, () => Promise<{ readonly default: Command }>>>;
  /** Listens to the signals that ask us to stop; returns how to stop listening. */
  readonly onStop: (listener: (signal: string) => void) => () => void;
  /** Listens to what nobody caught; returns how to stop listening. */
  readonly onCrash: (listener: (error: unknown) => void) => () => void;
  /** Shows the question and waits for a line; absent where nobody is there to answer. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  /** Ends the process without waiting for anything. */
  readonly leave: (exitCode: number) => void;
}

interface Voice {
  readonly result: (text: string) => void;
  readonly narrate: (text: string) => void;
  readonly json: boolean;
  readonly resultPage: () => Page;
  readonly narrationPage: () => Page;
}

/** Runs the verb, says what is to be said, and resolves to the exit code when all of it is written. */
export async function converse(session: Session): Promise<number> {
  const { argv, env, directory } = session;
  const out = writer(session.stdout);
  const err = writer(session.stderr);
  const wishes = { noColour: hasFlag(argv, 'no-color'), verbose: hasFlag(argv, 'verbose'), directory };
  const voice: Voice = {
    result: (text) => out.write(`${text}\n`),
    narrate: (text) => err.write(text),
    json: hasFlag(argv, 'json'),
    resultPage: () => pageFor(session.stdout, env, wishes),
    narrationPage: () => pageFor(session.stderr, env, wishes),
  };
  const controller = new AbortController();
  const narrator = await narratorFor(session, voice);
  const unlisten = listenToStop(session, controller, narrator);
  let uncrash = () => {};
  const crash = new Promise<never>((_, reject) => {
    uncrash = session.onCrash(reject);
  });
  let exitCode: number;
  try {
    exitCode = await Promise.race([answer(session, voice, narrator, controller.signal), crash]);
  } catch (error) {
    const mishap = mishapOf(error, session, controller.signal);
    exitCode = mishap.exitCode;
    narrator.end();
    const stayed = narrator.stayed();
    await show({ kind: 'problems', ...mishap }, exitCode, voice, true);
    if (stayed !== undefined && !voice.json) err.write(`\n${stayed}\n`);
  } finally {
    narrator.end();
    unlisten();
    uncrash();
  }
  await Promise.all([out.flushed(), err.flushed()]);
  return exitCode;
}

async function answer(session: Session, voice: Voice, narrator: Narrator, signal: AbortSignal): Promise<number> {
  const { argv, commands, env, directory, version } = session;
  const { verb, rest } = findVerb(argv);
  if (verb === undefined) {
    const { values } = parseOptions(rest, {}, [], undefined);
    if (values.version) return showVersion(voice, version);
    if (!values.help && voice.json) throw usage('no verb given', 'Run roadbook help to see the verbs.');
    await showHelp(session, voice, undefined);
    return values.help ? exitCodes.done : exitCodes.usage;
  }
  if (verb === 'help') {
    const { values, positionals } = parseOptions(
      rest,
      {},
      [{ name: 'VERB', description: 'a verb', required: false }],
      'help',
    );
    if (values.version) return showVersion(voice, version);
    await showHelp(session, voice, positionals[0]);
    return exitCodes.done;
  }
  const command = await commandOf(commands, verb);
  const given = parseOptions(rest, command.options, command.positionals, verb);
  if (given.values.version) return showVersion(voice, version);
  if (given.values.help) {
    await showHelp(session, voice, verb);
    return exitCodes.done;
  }
  const project = { directory, env, signal, onEvent: narrator.onEvent, ...placed(given) };
  const ask = askerFor(session, voice, narrator, signal);
  const outcome = await command.run({ project, values: given.values, positionals: given.positionals, ask });
  narrator.end();
  const code = exitCodes[outcome.exit satisfies ExitReason];
  await show(outcome.report, code, voice, false, outcome.format);
  return code;
}

function askerFor({ ask }: Session, voice: Voice, narrator: Narrator, signal: AbortSignal): Ask | null {
  if (ask === undefined || voice.json) return null;
  return async (text) => {
    narrator.end();
    return /^y(es)?$/i.test((await ask(`${text(voice.narrationPage())} [y/N] `, signal)).trim());
  };
}

function placed({ values }: Given) {
  return {
    ...(typeof values.database === 'string' ? { database: values.database } : {}),
    ...(typeof values.migrations === 'string' ? { migrations: values.migrations } : {}),
  };
}

async function commandOf(commands: Session['commands'], verb: string): Promise<Command> {
  const load = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (load !== undefined) return (await load()).default;
  const all = await allOf(commands);
  const word = verb.toLowerCase();
  const elsewhere = all.find((command) => command.elsewhere.includes(word))?.name;
  const meant = elsewhere ?? nearest(word, [...Object.keys(commands), 'help']);
  const list = 'Run roadbook help to see the verbs.';
  throw usage(`unknown verb ${verb}`, meant === undefined ? list : `Did you mean roadbook ${meant}? ${list}`);
}

async function allOf(commands: Session['commands']): Promise<readonly Command[]> {
  return (await Promise.all(Object.values(commands).map((load) => load()))).map((module) => module.default);
}

async function show(
  report: Report,
  exitCode: number,
  voice: Voice,
  failed: boolean,
  wanted = voice.json ? 'json' : 'text',
): Promise<void> {
  const { formats } = await import('../report/index.ts');
  const format = formats.find(({ name }) => name === wanted);
  if (format === undefined) {
    throw usage(`there is no format ${wanted}`, `Choose one of: ${formats.map(({ name }) => name).join(', ')}.`);
  }
  if (failed && !voice.json) voice.narrate(`${format.render(report, exitCode, voice.narrationPage())}\n`);
  else voice.result(format.render(report, exitCode, voice.resultPage()));
}

function showVersion(voice: Voice, version: string): number {
  voice.result(voice.json ? JSON.stringify({ version, problems: [], exitCode: 0 }, null, 2) : version);
  return exitCodes.done;
}

async function showHelp(session: Session, voice: Voice, verb: string | undefined): Promise<void> {
  const { overviewText, commandText, helpData } = await import('./help.ts');
  const all =
    verb === undefined || verb === 'help' ? await allOf(session.commands) : [await commandOf(session.commands, verb)];
  const [only] = all;
  if (voice.json)
    voice.result(JSON.stringify({ ...helpData(all, session.version), problems: [], exitCode: 0 }, null, 2));
  else if (verb === undefined || verb === 'help' || only === undefined)
    voice.result(overviewText(all, session.version, voice.resultPage()));
  else voice.result(commandText(only, voice.resultPage()));
}

async function narratorFor(session: Session, voice: Voice): Promise<Narrator> {
  return createNarrator({
    write: voice.narrate,
    page: voice.narrationPage,
    moving: canMove(session.stderr, session.env, hasFlag(session.argv, 'no-color')),
    quiet: hasFlag(session.argv, 'quiet'),
    // Asking `performance` would load all of its module.
    now: () => process.uptime() * 1000,
    every: (milliseconds, tick) => {
      const timer = setInterval(tick, milliseconds);
      timer.unref();
      return () => clearInterval(timer);
    },
  });
}

/** The first signal asks the verb to stop where it can go on later; the second does not ask. */
function listenToStop(session: Session, controller: AbortController, narrator: Narrator): () => void {
  return session.onStop((signal) => {
    if (controller.signal.aborted) {
      narrator.end();
      session.leave(exitCodes.stopped);
      return;
    }
    narrator.say(`${signal}: stopping where it can go on later; once more leaves at once`);
    controller.abort(new Failure(stopped(signal), 'stopped'));
  });
}
