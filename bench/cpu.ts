// CPU time of processes from the kernel's own accounting: user and system, all threads. Linux only.

import { globSync, readFileSync } from 'node:fs'

/** Microseconds of CPU that a process has used, its threads included; from the scheduler's own clock, in nanoseconds. */
export function cpuUs(pid: number): number {
  return cpuByThread(pid).reduce((sum, thread) => sum + thread.us, 0)
}

/** By thread, for "what is it spent on". */
export function cpuByThread(pid: number): { readonly name: string; readonly us: number }[] {
  return globSync(`/proc/${pid}/task/*`).map((task) => ({
    name: readFileSync(`${task}/comm`, 'utf8').trim(),
    us: Number(readFileSync(`${task}/schedstat`, 'utf8').split(' ')[0]) / 1000,
  }))
}

export function residentMb(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1] ?? 0) / 1024
}
