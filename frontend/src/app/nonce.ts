/** The nonce that lets this page's own style elements through its Content-Security-Policy. */
export const nonce = () => document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? ''

/** The scroll lock under sheets and dialogs (react-remove-scroll) writes a style element and reads the nonce here. */
Object.assign(globalThis, { __webpack_nonce__: nonce() })
