// Starts the writer that is to be killed, and keeps what it said.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/** For a disk that is slow to sync. */
const patienceMs = 60_000

export class Writer {
  /** Actions that were said to be durable. */
  readonly durable: number[] = []
  /** All other lines. */
  readonly lines: string[] = []
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #rest = ''

  /** `prefix` is a command that runs the writer: `prlimit --fsize=…`. */
  constructor(args: readonly string[], prefix: readonly string[] = []) {
    const script = path.join(import.meta.dirname, 'journal-writer.ts')
    const [command = process.execPath, ...rest] = [...prefix, process.execPath, script, ...args]
    this.#child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#closed = once(this.#child, 'close')
    this.#child.stdout?.setEncoding('latin1').on('data', (text: string) => this.#take(text))
  }

  async until(condition: () => boolean): Promise<void> {
    for (const started = performance.now(); !condition();) {
      if (performance.now() - started > patienceMs)
        throw new Error(`the writer never got there: ${this.lines.join(' | ')}`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  /** `kill -9`, and everything that it had said before. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }

  async ended(): Promise<void> {
    await this.#closed
  }

  /** A partial line at the end was not said. */
  #take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const action = /^durable (\d+)$/.exec(line)?.[1]
      if (action === undefined) this.lines.push(line)
      else this.durable.push(Number(action))
    }
  }
}
