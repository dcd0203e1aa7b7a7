// The command `sallyport`. Each command is a file in commands/, loaded when it is asked for: nobody waits for the gateway
// to load in order to list sessions.
//
// Exit codes: 0 done, 1 the answer is no, 2 bad usage, 3 cannot reach the gateway.

import { Command, CommanderError } from 'commander'
import { complain, toSafeText } from './output.ts'
import { CannotReach, describeFailure, Refused } from './failure.ts'
import { commands } from './commands.ts'

const program = new Command('sallyport')
  .description('A guarded passage between AI agents and everything they touch.')
  .version('0.1.0')
  .enablePositionalOptions()
  .exitOverride()
  .configureHelp({ sortSubcommands: false })

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `sallyport sessions | head` closes our output early; that is not a failure.
  if (error.code === 'EPIPE') process.exit()
  complain(`sallyport: the answer could not be written (${error.code ?? 'unknown'})`)
  // Whatever the answer was, nobody has it.
  process.exit(2)
})
// There is no place left to say it; the exit code still does.
process.stderr.on('error', () => undefined)

for (const register of commands) register(program)

try {
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  // It may be in the words of whoever answered.
  complain(`sallyport: ${toSafeText(describeFailure(error))}`)
  if (error instanceof CannotReach) return 3
  return error instanceof Refused ? 1 : 2
}
