// Calls one server with two unmodified Spotify clients and prints what each returned.
// node drive.js '{"base": "http://127.0.0.1:8000", "token": "guest", "track": "...", "unknown": "...", "artist": "...", "genre": "..."}'
const { SpotifyApi } = require('@spotify/web-api-ts-sdk');
const SpotifyWebApi = require('spotify-web-api-node');
const WebApiRequest = require('spotify-web-api-node/src/webapi-request');

const given = JSON.parse(process.argv[2]);
const seeds = { seed_tracks: [given.track], seed_artists: [given.artist], seed_genres: [given.genre] };
const wishes = { limit: 7, min_energy: 0.3, max_energy: 0.9, target_valence: 0.8, target_popularity: 60 };

async function refused(call) {
  try {
    await call();
  } catch (error) {
    return { status: error.statusCode ?? null, message: String(error.message) };
  }
  return null;
}

async function typescriptSdk() {
  SpotifyApi.rootUrl = `${given.base}/spotify/v1/`;
  const api = SpotifyApi.withAccessToken('any', { access_token: given.token, token_type: 'Bearer', expires_in: 3600, refresh_token: '' });
  return {
    recommendations: await api.recommendations.get({ ...seeds, ...wishes }),
    genres: await api.recommendations.genreSeeds(),
    features: await api.tracks.audioFeatures(given.track),
    severalFeatures: await api.tracks.audioFeatures([given.track, given.unknown]),
    track: await api.tracks.get(given.track),
    severalTracks: await api.tracks.get([given.unknown, given.track]),
    search: await api.search(given.title, ['track'], undefined, 5, 0),
    noSeeds: await refused(() => api.recommendations.get({ limit: 5 })),
  };
}

async function nodeClient() {
  const { protocol, hostname, port } = new URL(given.base);
  const builder = WebApiRequest.builder;
  WebApiRequest.builder = (token) => builder(token).withScheme(protocol.slice(0, -1)).withHost(hostname).withPort(`${port}/spotify`);
  const api = new SpotifyWebApi({ accessToken: given.token });
  const body = async (answer) => (await answer).body;
  return {
    recommendations: await body(api.getRecommendations({ ...seeds, ...wishes })),
    genres: await body(api.getAvailableGenreSeeds()),
    features: await body(api.getAudioFeaturesForTrack(given.track)),
    severalFeatures: (await body(api.getAudioFeaturesForTracks([given.track, given.unknown]))).audio_features,
    track: await body(api.getTrack(given.track)),
    severalTracks: (await body(api.getTracks([given.unknown, given.track]))).tracks,
    search: await body(api.searchTracks(given.title, { limit: 5 })),
    noSeeds: await refused(() => api.getRecommendations({ limit: 5 })),
  };
}

async function main() {
  console.log(JSON.stringify({ sdk: await typescriptSdk(), node: await nodeClient() }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
