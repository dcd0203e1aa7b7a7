// `sallyport check`: configuration and policies, every problem at its line; what they mean; which rules can never match.

import { z } from 'zod'
import { checkPolicies, readPolicyFiles, type PolicyProblem } from '../../authorize/policies.ts'
import { toText } from '../../authorize/policy-text.ts'
import { readConfiguration, type Configuration } from '../../admin/config/configuration.ts'
import { printProblem } from '../../admin/config/yaml-source.ts'
import { Fault } from '../../kernel/fault.ts'
import { systemClock } from '../../kernel/clock.ts'
import { endingRules } from '../../mask/index.ts'
import { toWorld } from '../../main/authority.ts'
import { passingKey, toMasking } from '../../main/masking.ts'
import { protocols } from '../../protocols/index.ts'
import { describeFailure } from '../failure.ts'
import { complain, paint, print, printJson, toSafeLine, toSafeText } from '../output.ts'

interface Checked {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
  readonly rules: readonly {
    readonly id: string
    readonly effect: string
    readonly place: string
    readonly note: string
  }[]
}

export function check(options: { config: string; json?: true }): void {
  const configured = readConfiguration(options.config, protocols)
  const checked = configured.ok
    ? checkRules(configured.value)
    : { problems: configured.problems.map(printProblem), warnings: [], rules: [] }
  if (checked.problems.length > 0) process.exitCode = 1
  if (options.json) {
    printJson(checked)
    return
  }
  for (const problem of checked.problems) complain(`${paint('red', 'error')} ${toSafeText(problem)}`)
  for (const warning of checked.warnings) complain(`${paint('yellow', 'warning')} ${toSafeText(warning)}`)
  if (!configured.ok || checked.problems.length > 0) return
  for (const connection of configured.value.connections) {
    print(
      `${paint('bold', connection.name)}  ${connection.protocol}  ${connection.target.host}  ${connection.tags.join(' ')}  ${paint('dim', connection.source)}`,
    )
  }
  for (const rule of checked.rules)
    print(`${toSafeLine(`${rule.effect.padEnd(6)}  ${rule.id}  ${rule.note}`)}  ${paint('dim', rule.place)}`)
  print(`${paint('green', '✔')} ${options.config} and ${checked.rules.length} policies are valid.`)
}

export function checkRules(configuration: Configuration): Checked {
  try {
    const files = readPolicyFiles(configuration.policiesDir)
    const { policies, problems, warnings } = checkPolicies(
      files,
      toWorld(configuration, protocols, toMasking(configuration.settings.masking, passingKey()).classes),
    )
    const rules = [...(policies?.rules ?? [])].map(([id, rule]) => ({
      id,
      effect: rule.effect,
      place: toText(rule.source.place),
      note: noteOf(rule.approval, rule.reason),
    }))
    const ending = endingRules(configuration.settings.masking.ignore, systemClock.nowMs())
    return { problems: problems.map(toLine), warnings: [...warnings.map(toLine), ...ending], rules }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return {
      problems: [z.string().catch(describeFailure(error)).parse(error.facts['problems'])],
      warnings: [],
      rules: [],
    }
  }
}

function toLine({ place, message }: PolicyProblem): string {
  return `${toText(place)}: ${message}`
}

function noteOf(approval: string | null, reason: string | null): string {
  return [approval === null ? null : `held for ${approval}`, reason].filter((part) => part !== null).join(': ')
}
