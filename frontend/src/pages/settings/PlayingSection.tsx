import { Section } from '@/components/layout/PageHead'
import { Switch } from '@/components/switch/Switch'
import { setSpotifyAgreed, useSpotifyAgreed } from '@/player/settings'

/** What may play songs on this device. */
export function PlayingSection() {
  const agreed = useSpotifyAgreed()
  return (
    <Section id="playing" title="Playing">
      <Switch
        label="Spotify’s player"
        hint="For songs that Spotify has. It loads from Spotify, which then sees your address and may set cookies. Off, songs play from this server or as a sketch of their sound. Kept on this device."
        checked={agreed}
        onChange={setSpotifyAgreed}
      />
    </Section>
  )
}
