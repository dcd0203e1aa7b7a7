// The list of commands, in the order that help shows them.

import { InvalidArgumentError, type Command } from 'commander'
import type { ExplainOptions } from './commands/mask-explain.ts'
import type { ReportOptions } from './commands/mask-report.ts'

export type Register = (program: Command) => void

export const commands: readonly Register[] = [
  (program) => {
    program
      .command('demo')
      .description('gateway, identity provider, database and a scripted Claude, all embedded; prints what to try')
      .option('--data <dir>', 'where the demo keeps its evidence', './data/demo')
      .option('--quiet', 'print addresses as JSON only')
      .action(async (options: { data: string; quiet?: true }) => (await import('./commands/demo.ts')).demo(options))
  },
  (program) => {
    program
      .command('up')
      .description('the gateway')
      .option('-c, --config <file>', 'configuration', 'sallyport.yaml')
      .action(async (options: { config: string }) => (await import('./commands/up.ts')).up(options))
  },
  (program) => {
    program
      .command('check')
      .description('validate configuration and policies; show what they mean')
      .option('-c, --config <file>', 'configuration', 'sallyport.yaml')
      .option('--json', 'for programs')
      .action(async (options: { config: string; json?: true }) => (await import('./commands/check.ts')).check(options))
  },
  (program) => {
    program
      .command('login')
      .description('sign in with your identity provider (device flow)')
      .option('--url <origin>', 'the gateway, such as https://gw.example.com:8470')
      .option('--ca <file>', "the gateway's ca.pem, when it has its own authority")
      .option('--json', 'for programs')
      .action(async (options: { url?: string; ca?: string; json?: true }) =>
        (await import('./commands/login.ts')).login(options),
      )
    program
      .command('logout')
      .description('forget the token')
      .option('--json', 'for programs')
      .action(async (options: { json?: true }) => (await import('./commands/login.ts')).logout(options))
    program
      .command('whoami')
      .description('who the gateway says you are')
      .option('--json', 'for programs')
      .action(async (options: { json?: true }) => (await import('./commands/login.ts')).whoami(options))
  },
  (program) => {
    program
      .command('ls')
      .description('connections, what you may do on each, and why not')
      .option('--json', 'for programs')
      .action(async (options: { json?: true }) => (await import('./commands/connect.ts')).ls(options))
    program
      .command('connect <name>')
      .description('a short-lived credential and the exact lines for a client')
      .option('--json', 'for programs')
      .action(async (name: string, options: { json?: true }) =>
        (await import('./commands/connect.ts')).connect(name, options),
      )
    program
      .command('run')
      .description('run a command under one run identity: -- CMD…')
      .option('--connections <names>', 'comma-separated; all you may use by default')
      .argument('<command...>')
      .passThroughOptions()
      .action(async (command: string[], options: { connections?: string }) =>
        (await import('./commands/run.ts')).run(command, options),
      )
  },
  (program) => {
    program
      .command('requests')
      .description('held requests that wait for a human')
      .option('--watch', 'go on showing new ones')
      .option('--all', 'decided ones too')
      .option('--json', 'for programs')
      .action(async (options: { watch?: true; all?: true; json?: true }) =>
        (await import('./commands/requests.ts')).requests(options),
      )
    for (const verdict of ['approve', 'deny'] as const) {
      program
        .command(`${verdict} <id>`)
        .description(`${verdict} a held request`)
        .requiredOption('--reason <text>', 'why; it is recorded')
        .option('--json', 'for programs')
        .action(async (id: string, options: { reason: string; json?: true }) =>
          (await import('./commands/requests.ts')).decide(verdict, id, options),
        )
    }
  },
  (program) => {
    program
      .command('sessions')
      .description('recorded sessions, newest first')
      .option('--live', 'open ones only')
      .option('--connection <name>', 'of one connection')
      .option('--limit <n>', 'how many, at most 500', toCount, '50')
      .option('--json', 'for programs')
      .action(async (options: { live?: true; connection?: string; limit: string; json?: true }) =>
        (await import('./commands/sessions.ts')).sessions(options),
      )
    program
      .command('show <id>')
      .description('a session: who, what, decided by which rule, what was masked')
      .option('--json', 'for programs')
      .action(async (id: string, options: { json?: true }) =>
        (await import('./commands/sessions.ts')).show(id, options),
      )
    program
      .command('replay <id>')
      .description('a session as it happened, in the terminal')
      .option('--speed <n>', 'times faster; 0 is at once', toSpeed, '4')
      .option('--json', 'for programs; at once')
      .action(async (id: string, options: { speed: string; json?: true }) =>
        (await import('./commands/sessions.ts')).replay(id, options),
      )
    program
      .command('kill <id>')
      .description('end a live session now')
      .option('--json', 'for programs')
      .action(async (id: string, options: { json?: true }) =>
        (await import('./commands/sessions.ts')).kill(id, options),
      )
    program
      .command('console')
      .description('a link that signs a browser in to the console')
      .option('--json', 'for programs')
      .action(async (options: { json?: true }) => (await import('./commands/console.ts')).openConsole(options))
  },
  (program) => {
    const mask = program.command('mask').description('the masking engine: try it, ask why, see what it finds')
    mask
      .command('scan')
      .description('{id,text,classes?} per line → {id,findings:[{class,start,end,score}]}')
      .option('-c, --config <file>', 'with the detectors and operators of a configuration')
      .option('--json', 'as it does anyway')
      .action(async (options: { config?: string }) => (await import('./commands/mask.ts')).scan(options))
    mask
      .command('apply')
      .description('{id,text} per line → {id,text,findings}')
      .option('-c, --config <file>', 'take operators from a configuration; without one the tokens are of this run only')
      .option('--json', 'as it does anyway')
      .action(async (options: { config?: string }) => (await import('./commands/mask.ts')).apply(options))
    mask
      .command('explain [text]')
      .description(
        'why something is masked, and what nearly was; without a text {id,text,field?} per line → JSON lines',
      )
      .option('-c, --config <file>', 'with the operators, detectors and ignore rules of a configuration')
      .option('--field <name>', 'the column, key or header that the text stands in')
      .option('--connection <name>', 'whose ignore rules apply')
      .option('--json', 'for programs')
      .action(async (text: string | undefined, options: ExplainOptions) =>
        (await import('./commands/mask-explain.ts')).explain(text, options),
      )
    mask
      .command('digest')
      .description('one value from standard input → its keyed digest, for an ignore rule')
      .requiredOption('--class <class>', 'exact data class of the value, such as pii/email')
      .option('-c, --config <file>', 'configuration, beside whose data the key is', 'sallyport.yaml')
      .option('--json', 'for programs')
      .action(async (options: { class: string; config: string; json?: true }) =>
        (await import('./commands/mask-digest.ts')).digest(options),
      )
    mask
      .command('report')
      .description('which rules fire most, by connection and field')
      .option('--since <time>', 'such as 7d, 12h or 2026-11-01', '7d')
      .option('--connection <name>', 'of one connection')
      .option('--limit <n>', 'lines', '50')
      .option('--json', 'for programs')
      .action(async (options: ReportOptions) => (await import('./commands/mask-report.ts')).report(options))
  },
  (program) => {
    const sql = program.command('sql').description('statements as the gateway understands them')
    sql
      .command('classify')
      .description('{id,sql} per line → {id,effects,relations,complete,unfiltered,statements}')
      .requiredOption('--dialect <name>', 'dialect of the statements')
      .option('--json', 'as it does anyway')
      .action(async (options: { dialect: string }) => (await import('./commands/sql.ts')).classifyLines(options))
  },
  (program) => {
    program
      .command('verify <source>')
      .description('check the record offline: a data folder or the URL of a gateway')
      .option('--policy <file>', 'trusted keys (tlog-policy); default: the one beside the record')
      .option('--against <checkpoint>', 'an older checkpoint that the log must extend')
      .option('--json', 'for programs')
      .action(async (source: string, options: { policy?: string; against?: string; json?: true }) =>
        (await import('./commands/verify.ts')).verify(source, options),
      )
    program
      .command('doctor')
      .description('what is wrong with this gateway, and the fix')
      .option('-c, --config <file>', 'configuration', 'sallyport.yaml')
      .option('--json', 'for programs')
      .action(async (options: { config: string; json?: true }) =>
        (await import('./commands/doctor.ts')).doctor(options),
      )
  },
]

/** Refused before anybody is asked. */
function toCount(text: string): string {
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 500) throw new InvalidArgumentError('a number from 1 to 500')
  return text
}

function toSpeed(text: string): string {
  if (!/^\d{1,6}(?:\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('a number such as 4 or 0.5')
  return text
}
