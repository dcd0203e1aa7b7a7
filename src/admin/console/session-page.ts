// One session as a timeline: what was asked, which rule decided, what came back, what was masked, where it is in the log.

import type { EventBody, SessionBody } from '../contract.ts'
import { toContentNote, toCoverageLines } from '../coverage.ts'
import { html, type Html } from './html.ts'
import { stateOf, toClock } from './sessions-page.ts'

export function sessionPage(session: SessionBody, events: readonly EventBody[], more: boolean): Html {
  return html`<h1>Session <span class="id">${session.id}</span></h1>
    <div class="card">
      <dl>
        <dt>Who</dt>
        <dd>${session.principal} (${session.principalKind})</dd>
        <dt>Connection</dt>
        <dd>${session.connection} · ${session.protocol}</dd>
        ${
          session.run === null
            ? null
            : html`<dt>Run</dt>
                <dd class="id">${session.run}</dd>`
        }
        <dt>Time</dt>
        <dd>${toClock(session.startedAt)} – ${session.endedAt === null ? 'now' : toClock(session.endedAt)}</dd>
        <dt>State</dt>
        <dd>${stateOf(session)}</dd>
        <dt>Looked at</dt>
        <dd>${coverageOf(session)}</dd>
        <dt>Seal</dt>
        <dd>${session.sealIndex === null ? 'not sealed yet' : `entry ${session.sealIndex} of the log`}</dd>
      </dl>
    </div>
    <h2 style="font-size:1.05rem">Timeline</h2>
    <div class="card">
      <ol class="timeline">
        ${events.map(item)}
      </ol>
    </div>
    ${more ? html`<p class="note">Only the first ${events.length} events are shown here; <code>sallyport show ${session.id}</code> prints all.</p>` : null}`
}

function item(event: EventBody): Html {
  const masked = event.findings.filter(({ ignoredBy }) => ignoredBy === null)
  const ignored = event.findings.filter(({ ignoredBy }) => ignoredBy !== null)
  const note = toContentNote(event.content)
  return html`<li>
    <span class="when">${event.at.slice(11, 23)}</span><strong>${event.label}</strong> ${outcome(event)}
    <span class="note"
      >${event.type}${event.leafIndex === null ? '' : ` · entry ${event.leafIndex}`}${event.policies.length === 0 ? '' : ` · by ${event.policies.join(', ')}`}</span
    >
    ${masked.length === 0 ? null : html`<div class="hold note">masked: ${masked.map(toFinding).join(', ')}</div>`}
    ${ignored.length === 0 ? null : html`<div class="note">not masked: ${ignored.map(toFinding).join(', ')}</div>`}
    ${event.request === null || event.request === '' ? null : html`<pre tabindex="0" aria-label="request">${event.request}</pre>`}
    ${event.response === null || event.response === '' ? null : html`<pre tabindex="0" aria-label="response">${event.response}</pre>`}
    ${note === null ? null : html`<div class="hold note">${note}</div>`}
  </li>`
}

function toFinding({ class: name, count, side, ignoredBy }: EventBody['findings'][number]): string {
  const place = side === 'request' ? ' (request)' : ''
  return `${name} × ${count}${place}${ignoredBy === null ? '' : ` by rule ${ignoredBy}`}`
}

function coverageOf({ coverage, ignoredFields }: SessionBody): string {
  const ignored = ignoredFields === 0 ? [] : [`${ignoredFields} findings let through by a rule`]
  return [...toCoverageLines(coverage), ...ignored].join(' · ')
}

/** Ends that nobody has to look at. */
const quiet = new Set(['client-closed', 'target-closed', 'used'])

function outcome(event: EventBody): Html | null {
  if (event.outcome === null) return null
  const kind = quiet.has(event.outcome)
    ? ''
    : event.outcome === 'completed' || event.outcome === 'approved'
      ? 'good'
      : event.outcome === 'held'
        ? 'hold'
        : 'bad'
  return html`<span class="tag ${kind}">${event.outcome}${event.code === null ? '' : ` ${event.code}`}</span>`
}
