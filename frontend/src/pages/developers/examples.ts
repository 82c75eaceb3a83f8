/** Calls that a developer can paste, in three languages; the first needs no key. */
export const LANGUAGES = ['curl', 'Python', 'JavaScript'] as const
export type Language = (typeof LANGUAGES)[number]

export const FIRST_BODY = {
  seeds: [{ features: { energy: 0.9, tempo: 128 } }],
  filters: { year: { min: 1990 } },
  limit: 1,
} as const

const BODY = '{"seeds": [{"features": {"energy": 0.9, "tempo": 128}}], "filters": {"year": {"min": 1990}}, "limit": 1}'

/** A list for a sound, as a guest. */
export function firstCall(language: Language, origin: string): string {
  const url = `${origin}/v1/recommendations`
  switch (language) {
    case 'curl':
      return `curl ${url} \\\n  -H 'content-type: application/json' \\\n  -d '${BODY}'`
    case 'Python':
      return `import httpx\n\nanswer = httpx.post("${url}", json=${BODY})\nfor row in answer.json()["tracks"]:\n    print(row["track"]["title"], row["reason"]["text"])`
    case 'JavaScript':
      return `const answer = await fetch("${url}", {\n  method: "POST",\n  headers: { "content-type": "application/json" },\n  body: JSON.stringify(${BODY}),\n})\nfor (const row of (await answer.json()).tracks) console.log(row.track.title, row.reason.text)`
  }
}

/** A person's own list, with an API key that may read recommendations. */
export function callWithKey(language: Language, origin: string, key: string): string {
  const url = `${origin}/v1/me/recommendations?limit=5`
  switch (language) {
    case 'curl':
      return `curl '${url}' \\\n  -H 'x-api-key: ${key}'`
    case 'Python':
      return `import httpx\n\nanswer = httpx.get("${url}", headers={"x-api-key": "${key}"})\nfor row in answer.json()["tracks"]:\n    print(row["score"], row["track"]["title"])`
    case 'JavaScript':
      return `const answer = await fetch("${url}", { headers: { "x-api-key": "${key}" } })\nfor (const row of (await answer.json()).tracks) console.log(row.score, row.track.title)`
  }
}

export const ROUTES: readonly { route: string; answers: string; guests: boolean }[] = [
  { route: 'POST /v1/recommendations', answers: 'songs for songs, words or a sound', guests: true },
  { route: 'GET /v1/me/recommendations', answers: 'songs for a person', guests: false },
  { route: 'POST /v1/playlists/continue', answers: 'what comes next in a playlist', guests: true },
  { route: 'GET /v1/search', answers: 'songs by name, typing mistakes forgiven', guests: true },
  { route: 'GET /v1/tracks/{id}/similar', answers: 'what stands beside a song', guests: true },
  { route: 'POST /v1/me/feedback', answers: 'takes likes, skips and plays', guests: false },
  { route: 'GET /v1/me/report', answers: 'the taste report, with intervals', guests: false },
  { route: 'GET /v1/releases/current', answers: 'what this server has learned', guests: true },
]

export const CONTRACTS = [
  { address: '/spotify/v1', serves: 'Spotify’s Web API: recommendations, audio features, search' },
  { address: '/1', serves: 'ListenBrainz: players and scrobblers that send listens' },
  { address: '/audioscrobbler', serves: 'Audioscrobbler 1.2: players that scrobble' },
  { address: '/classic', serves: 'The HTTP routes of five earlier recommenders' },
] as const
