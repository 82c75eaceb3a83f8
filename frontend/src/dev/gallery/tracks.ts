import type { Track } from '@/api/types'

const track = (id: string, title: string, artist: string, given: Partial<Track> = {}): Track => ({
  id,
  title,
  artists: [{ id: `${id.slice(0, 21)}a`, name: artist }],
  album: 'Almost the Morning',
  year: 2004,
  duration_ms: 207_000,
  genres: ['folk', 'folk rock'],
  external_ids: {},
  in_release: 'learned',
  features: { tempo: 142, energy: 0.45, key: 9, mode: 0, acousticness: 0.42, valence: 0.51, danceability: 0.4 },
  ...given,
})

/** Invented songs that stretch the components: long, right to left, unmeasured, at Spotify. */
export const TRACKS = {
  plain: track('4LhSpK4lPEhsVq1cza8ZYo', 'The Letter and the Sparrow', 'Yara and the Sparrows'),
  loud: track('7tuICgwvBwLplPjyka6FIM', 'Voltage', 'Lichtung 12', {
    genres: ['electronic', 'downtempo'],
    features: { tempo: 128, energy: 0.93, key: 2, mode: 1, acousticness: 0.03, valence: 0.8, danceability: 0.8 },
  }),
  long: track(
    '0XlwMdfojNA0vTTe8rHGh1',
    'Everything I Meant to Tell You on the Way Down from the Lighthouse Before the Rain Began (First Take, Remastered)',
    'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk',
  ),
  arabic: track('6QMgZPFMhQ6ZEHppHZ47M3', 'أغنية عن البحر', 'فرقة الساحل', { genres: ['world'] }),
  japanese: track('63mhE4Mg7HMDbx8wco8ufo', '夜の電車', '東京ナイツ', { year: null }),
  placed: track('09GUttrNFe7XaE4mnxxIgP', 'Nobody Heard This', 'New Here', { in_release: 'placed by sound' }),
  unmeasured: track('5c9Kn8NmKwEVdaOCaSjcDi', 'Silence on Tape', 'The Archive', { features: null }),
  spotify: track('5KG2Cj6w8Z7YOa7L00U1tp', 'Known Elsewhere', 'Somebody', {
    external_ids: { spotify: '5KG2Cj6w8Z7YOa7L00U1tp' },
  }),
}
