// The example of README.md; `make web-check` compiles it.
import type { RecommendationRequest, Recommendations } from './index'

const wanted: RecommendationRequest = {
  seeds: [{ genre: 'jazz' }],
  filters: { energy: { min: 0.6 } },
  targets: { valence: 0.8 },
}

export async function titles(base: string, key: string): Promise<string[]> {
  const answer = await fetch(`${base}/v1/recommendations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify(wanted),
  })
  if (!answer.ok) throw new Error(await answer.text())
  const found: Recommendations = await answer.json()
  return found.tracks.map((one) => one.track.title)
}
