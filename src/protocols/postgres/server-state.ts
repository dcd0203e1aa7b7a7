// What the server reported about itself (ParameterStatus), as far as statements are read by it. A text is classified as
// UTF-8 under standard_conforming_strings; when the server reads it otherwise, nothing that follows is understood.

import { isUtf8Name } from './settings.ts'

export class ServerState {
  #encoding = 'UTF8'
  #conforming = 'on'

  track(name: string, value: string): void {
    if (name === 'client_encoding') this.#encoding = value
    else if (name === 'standard_conforming_strings') this.#conforming = value
  }

  /** Why statements cannot be understood now; null when they can. */
  get problem(): string | null {
    if (!isUtf8Name(this.#encoding))
      return 'The session is not in UTF-8, so statements cannot be inspected; connect again.'
    if (this.#conforming !== 'on')
      return 'standard_conforming_strings is off, so statements cannot be inspected; connect again.'
    return null
  }
}
