/** The mini player of the phone; nothing while nothing plays. */
export function PlayerBar() {
  return null
}
