// CPU time of processes from the kernel's own accounting: user + system, all threads, in microseconds. Linux only.

import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Microseconds of CPU that a process has used, its threads included. 10 ms resolution: measure seconds, not requests. */
export function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6
}

/** By thread name and id, for "what is it spent on". */
export function cpuByThread(pid: number): { readonly name: string; readonly us: number }[] {
  return globSync(`/proc/${pid}/task/*/stat`).map((path) => {
    const stat = readFileSync(path, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {
      name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
      us: ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6,
    }
  })
}

export function residentMb(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1] ?? 0) / 1024
}
