// The frame of every page: no scripts, no images, no fonts from elsewhere; the policy header says the same to the browser.

import { Html, html } from './html.ts'

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --ground: #f6f7f9; --card: #fff; --accent: #0b5cad; --good: #1d6b3c; --bad: #a4262c; --hold: #835b00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b6; --line: #2c3541; --ground: #11161d; --card: #181f28; --accent: #6cb1ff; --good: #6fcf97; --bad: #ff8f8f; --hold: #f0c063 } }
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
header { display: flex; gap: 1.5rem; align-items: baseline; padding: .9rem 1.5rem; border-bottom: 1px solid var(--line); background: var(--card) }
header strong { font-size: 1.05rem } header nav { flex: 1 } header span { color: var(--soft) }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.3rem; margin: 0 0 1rem } a { color: var(--accent) }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto; margin-bottom: 1.25rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .55rem .8rem; border-bottom: 1px solid var(--line); white-space: nowrap }
th { color: var(--soft); font-weight: 600; font-size: .82rem } tr:last-child td { border-bottom: 0 } td.wide { white-space: normal }
code, pre, .id { font: 13px/1.45 ui-monospace, monospace } pre { margin: .5rem 0 0; padding: .7rem .8rem; background: var(--ground); border-radius: .35rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.2rem; margin: 0; padding: 1rem 1.2rem } dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
ol.timeline { list-style: none; margin: 0; padding: 0 } ol.timeline li { padding: .8rem 1.2rem; border-bottom: 1px solid var(--line) } ol.timeline li:last-child { border-bottom: 0 }
.when { color: var(--soft); font-variant-numeric: tabular-nums; margin-right: .8rem } .note { color: var(--soft); font-size: .88rem }
.tag { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .8rem } .good { color: var(--good) } .bad { color: var(--bad) } .hold { color: var(--hold) }
.empty { padding: 2rem; text-align: center; color: var(--soft) } form.inline { display: inline }
button { font: inherit; padding: .35rem .9rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--card); color: inherit; cursor: pointer }
`

/** Ours, not escaped: it holds no value of anybody. */
const rawStyle = new Html(style)

export function toPage(title: string, who: string | null, body: Html): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Sallyport</title>
        <style>
          ${rawStyle}
        </style>
      </head>
      <body>
        <header>
          <strong>Sallyport</strong>
          <nav aria-label="Main"><a href="/">Sessions</a></nav>
          ${
            who === null
              ? null
              : html`<span>${who}</span>
                  <form class="inline" method="post" action="/logout"><button>Sign out</button></form>`
          }
        </header>
        <main>${body}</main>
      </body>
    </html> `
  return page.toString()
}
