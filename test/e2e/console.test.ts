// The console in Chromium: a link signs in once, sessions and a timeline are shown masked, axe finds nothing, signing out works.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium, type Browser, type Page } from 'playwright-core'
import { psql, until } from '../harness/clients.ts'
import { personalData } from '../harness/customers.ts'
import { startOrders, type Orders } from '../harness/orders.ts'

const screenshots = join(import.meta.dirname, 'screenshots')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let orders: Orders
let browser: Browser
let page: Page
let security: string

before(async () => {
  mkdirSync(screenshots, { recursive: true })
  orders = await startOrders()
  const agent = await orders.issuer.token({ sub: 'nightly', name: 'Nightly agent', groups: ['agents'] })
  security = await orders.issuer.token({ sub: 'sam', kind: 'human', name: 'Sam Reyes', groups: ['security'] })
  await psql(orders.gateway, agent, 'SELECT id, name, email, card FROM customers ORDER BY id')
  await psql(orders.gateway, agent, 'DELETE FROM orders')
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-background-networking', '--disable-gpu'],
  })
  page = await browser.newPage({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 }, bypassCSP: true })
})

after(async () => {
  await browser?.close()
  await orders?.stop()
})

async function assertAccessible(name: string): Promise<void> {
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
  await page.evaluate(axe)
  const found = await page.evaluate<string[]>(
    'axe.run().then((result) => result.violations.map((one) => one.id + ": " + one.nodes.length))',
  )
  assert.deepEqual(found, [], name)
}

async function linkOf(): Promise<string> {
  const ran = await orders.gateway.cli(security, 'console')
  assert.equal(ran.status, 0, ran.stderr)
  return ran.stdout.trim()
}

test('without signing in there is nothing but how to', async () => {
  await page.goto(`https://localhost:${orders.gateway.httpsPort}/`)
  assert.match(page.url(), /\/login$/)
  assert.match((await page.textContent('main')) ?? '', /sallyport login/)
  await assertAccessible('sign-in')
})

test('a link signs in, once, and the sessions are there', async () => {
  const link = await linkOf()
  await until('both sessions', async () => {
    const ran = await orders.gateway.cli(security, 'sessions', '--json')
    return (JSON.parse(ran.stdout) as { endedAt: string | null }[]).filter((one) => one.endedAt !== null).length >= 2
  })
  await page.goto(link)
  assert.equal(new URL(page.url()).pathname, '/')
  assert.equal(await page.locator('tbody tr').count(), 2)
  await assertAccessible('sessions')
  const other = await browser.newContext({ ignoreHTTPSErrors: true })
  const stranger = await other.newPage()
  await stranger.goto(link)
  assert.match(stranger.url(), /\/login/)
  assert.match((await stranger.textContent('h1')) ?? '', /Sign in/)
  await other.close()
})

test('a timeline shows what was asked, decided and masked, and no personal data', async () => {
  await page.locator('tbody tr').last().locator('a').click()
  await page.waitForURL(/\/sessions\/ses_/)
  const text = (await page.textContent('main')) ?? ''
  assert.match(text, /SELECT id, name, email, card FROM customers/)
  assert.match(text, /masked: .*pii\/email/)
  assert.match(text, /masked\.invalid/)
  for (const value of personalData) assert.ok(!text.includes(value), value)
  await assertAccessible('session')
})

test('signing out ends it', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(/\/login$/)
  await page.goto(`https://localhost:${orders.gateway.httpsPort}/`)
  assert.match(page.url(), /\/login$/)
})
