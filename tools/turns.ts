// A few at a time, in order: what is given first begins first. More processes than cores only take turns with each other.

export async function inTurns(tasks: readonly (() => Promise<void>)[], atATime: number): Promise<void> {
  const waiting = [...tasks]
  const lane = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await task()
  }
  await Promise.all(Array.from({ length: atATime }, lane))
}
