/** Where a person goes after signing in: back to a page of this app, never to another site. */
export function destination(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign') ? next : '/'
}
