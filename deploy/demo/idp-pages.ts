// The demo's sign-in pages: pick who you are. They work without scripts, and say what they are.

import type { Context } from 'oidc-provider'
import { accounts } from './idp-accounts.ts'

export function loginPage(action: string): string {
  const people = accounts.filter((account) => account.kind === 'human')
  const buttons = people.map(
    ({ id, name, groups }) =>
      `<button name="login" value="${id}"><b>${name}</b><br><small>${groups.join(', ')}</small></button>`,
  )
  return page('Who are you?', `<form method="post" action="${escape(action)}">${buttons.join('')}</form>`)
}

export function consentPage(action: string, client: string): string {
  const form = `<form method="post" action="${escape(action)}"><button>Allow</button></form>`
  return page('Sign in to the gateway', `<p><code>${escape(client)}</code> will act in your name.</p>${form}`)
}

/** `form` is the provider's own, with its cross-site token inside. */
export function codePage(ctx: Context, form: string, _out: unknown, problem: unknown): void {
  const says = problem === undefined ? 'Enter the code that the command shows.' : 'That code is not valid any more.'
  html(ctx, page('Sign in', `<p>${says}</p>${form}<button form="op.deviceInputForm">Continue</button>`))
}

export function confirmPage(ctx: Context, form: string, _client: unknown, _device: unknown, code: string): void {
  const says = `<p>Does the command show this code?</p><p><code>${escape(code)}</code></p>`
  const no = '<button form="op.deviceConfirmForm" name="abort" value="yes">No</button>'
  html(ctx, page('Sign in', `${says}${form}<button form="op.deviceConfirmForm">Yes</button>${no}`))
}

export function donePage(ctx: Context): void {
  html(ctx, page('Done', '<p>You are signed in. Go back to the terminal.</p>'))
}

function html(ctx: Context, body: string): void {
  ctx.type = 'html'
  ctx.body = body
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem;color:#1c2530}
button{display:block;width:100%;margin:.5rem 0;padding:.7rem;font:inherit;text-align:left;border:1px solid #8a97a6;border-radius:6px;background:#fff}
input{font:inherit;padding:.5rem;width:100%;box-sizing:border-box}code{font-size:1.2rem}.demo{color:#5b6875;font-size:.85rem}`

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1>${body}
<p class="demo">A demo identity provider: no passwords, loopback only.</p></main></body></html>`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
