/** The mark: one line from dot to dot, its end the needle. */
export function Mark() {
  return (
    <svg viewBox="0 0 34 20" width="34" height="20" aria-hidden="true" style={{ overflow: 'visible' }}>
      <path
        d="M3 16C13 16 12 4 20 4s6 7 11 7"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <circle cx="3" cy="16" r="3" fill="currentColor" />
      <circle cx="31" cy="11" r="3" fill="var(--needle)" />
    </svg>
  )
}

/** The S from dot to dot, for the tab that leads to recommendations. */
export function SegueIcon({ size = 22 }: { size?: number }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M3 17c7 0 6-10 11-10 4 0 3.5 5 7 5" />
      <circle cx="3.5" cy="17" r="1.2" fill="currentColor" />
      <circle cx="20.5" cy="12" r="1.2" fill="currentColor" />
    </svg>
  )
}
