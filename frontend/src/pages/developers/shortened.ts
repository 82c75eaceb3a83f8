import type { Recommendations } from '@/api/types'

/** An answer with the parts that matter to a first reader; an ellipsis where more is. */
export function shortened({ tracks, release, request_id }: Recommendations): string {
  const rows = tracks.map(
    ({ track, score, reason }) =>
      `{\n    "track": {"id": ${text(track.id)}, "title": ${text(track.title)}, …},\n` +
      `    "score": ${score},\n    "reason": {"text": ${text(reason.text)}, "space": ${text(reason.space ?? 'graph')}, …}\n  }`,
  )
  return `{\n  "tracks": [${rows.join(', ')}],\n  "release": ${text(release)},\n  "request_id": ${text(request_id ?? '')}, …\n}`
}

const text = (value: string) => JSON.stringify(value)
