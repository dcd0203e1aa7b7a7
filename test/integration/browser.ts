// The least that passes for a browser: cookies, redirects, and the one form of a page.

const maxRedirects = 10

export class Browser {
  page = ''
  #url = ''
  readonly #cookies = new Map<string, string>()

  async open(url: string, init: RequestInit = {}): Promise<void> {
    let [at, request] = [url, init]
    for (let hops = 0; hops < maxRedirects; hops++) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await fetch(at, { ...request, redirect: 'manual', headers: { cookie } })
      for (const set of answer.headers.getSetCookie()) {
        const [pair = ''] = set.split(';')
        const split = pair.indexOf('=')
        this.#cookies.set(pair.slice(0, split), pair.slice(split + 1))
      }
      const location = answer.headers.get('location')
      if (location === null) {
        this.page = await answer.text()
        this.#url = at
        return
      }
      at = new URL(location, at).href
      request = {}
    }
    throw new Error(`more than ${maxRedirects} redirects`)
  }

  /** Sends the page's form: its hidden fields and these. */
  async submit(fields: Readonly<Record<string, string>>): Promise<void> {
    const action = /<form[^>]*\saction="([^"]+)"/.exec(this.page)?.[1]
    if (action === undefined) throw new Error(`no form in: ${this.page.slice(0, 200)}`)
    const hidden = [...this.page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      /name="([^"]*)"/.exec(input)?.[1] ?? '',
      /value="([^"]*)"/.exec(input)?.[1] ?? '',
    ])
    const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields })
    await this.open(new URL(action, this.#url).href, { method: 'POST', body })
  }
}
