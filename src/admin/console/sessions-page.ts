// The list of sessions, newest first, from the same shapes as the API's.

import type { SessionBody } from '../contract.ts'
import { html, type Html } from './html.ts'

export function sessionsPage(sessions: readonly SessionBody[]): Html {
  if (sessions.length === 0) {
    return html`<h1>Sessions</h1>
      <div class="card">
        <p class="empty">Nothing has come through yet. A session appears here when a client opens a connection.</p>
      </div>`
  }
  return html`<h1>Sessions</h1>
    <div class="card">
      <table>
        <thead>
          <tr>
            <th scope="col">Session</th>
            <th scope="col">Who</th>
            <th scope="col">Connection</th>
            <th scope="col">Started</th>
            <th scope="col">State</th>
            <th scope="col">Requests</th>
            <th scope="col">Denied</th>
            <th scope="col">Held</th>
            <th scope="col">Masked</th>
          </tr>
        </thead>
        <tbody>
          ${sessions.map(row)}
        </tbody>
      </table>
    </div>`
}

function row(session: SessionBody): Html {
  return html`<tr>
    <td><a class="id" href="/sessions/${session.id}">${session.id}</a></td>
    <td class="wide">${session.principal} <span class="note">${session.principalKind}</span></td>
    <td>${session.connection}</td>
    <td><time datetime="${session.startedAt}">${toClock(session.startedAt)}</time></td>
    <td>${stateOf(session)}</td>
    <td>${session.requests}</td>
    <td>${session.refused}</td>
    <td>${session.held}</td>
    <td>${session.maskedFields}</td>
  </tr>`
}

export function stateOf(session: SessionBody): Html {
  if (session.live) return html`<span class="tag good">live</span>`
  const reason = session.endReason ?? 'open'
  const clean = reason === 'client-closed' || reason === 'target-closed'
  return clean ? html`<span class="tag">ended</span>` : html`<span class="tag bad">${reason}</span>`
}

/** `2026-11-21 06:30:12Z`: sorted by eye, with its zone. */
export function toClock(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`
}
