import { Badge } from '@/components/badge/Badge'
import { Button } from '@/components/button/Button'
import { Shelf } from '@/components/shelf/Shelf'
import { LinesHead, TrackLine, TrackLines } from '@/components/track-line/TrackLine'
import { TrackRow } from '@/components/track-row/TrackRow'
import { Cover, coverTrack } from '@/covers/Cover'
import { tints } from '@/covers/tint'
import { LikeButton } from '@/feedback/LikeButton'
import { OpinionButtons } from '@/feedback/OpinionButtons'
import { Branches } from '@/lines/Trunks'
import { branchThickness } from '@/lines/thickness'
import { NowPlaying } from '@/player/NowPlaying'
import { playTracks } from '@/player/queue'
import styles from './Gallery.module.css'
import { Part, State } from './Part'
import { TRACKS } from './tracks'

const ALL = Object.values(TRACKS)

export function Music() {
  return (
    <>
      <Part name="Sound">
        <State name="card: ready, or what plays">
          <NowPlaying leadsInto={TRACKS.loud} />
        </State>
        <State name="sketches and a song that Spotify has">
          <div className={styles.row}>
            <Button onClick={() => playTracks(ALL, 0)}>Play a calm sketch</Button>
            <Button onClick={() => playTracks(ALL, 1)}>Play a loud sketch</Button>
            <Button onClick={() => playTracks([TRACKS.spotify], 0)}>Play what Spotify has</Button>
            <Button onClick={() => playTracks([TRACKS.unmeasured], 0)}>Play what has no sound</Button>
          </div>
        </State>
      </Part>
      <Part name="Cover">
        <State name="plain, lifted, round, a picture that does not load">
          <div className={styles.row}>
            <Cover track={TRACKS.plain} size={96} />
            <Cover track={TRACKS.loud} size={96} lifted />
            <Cover track={TRACKS.arabic} size={96} round />
            <Cover track={{ ...TRACKS.placed, image_url: '/no-such-picture.png' }} size={96} />
          </div>
        </State>
      </Part>
      <Part name="Song row">
        <State name="with lines, badges, long and right-to-left names" wide>
          <Rows />
        </State>
      </Part>
      <Part name="Song line, shelf">
        <State name="lines" wide>
          <LinesHead end={ALL.length}>Songs</LinesHead>
          <TrackLines>
            {ALL.map((track, i) => (
              <TrackLine
                key={track.id}
                track={track}
                onPlay={() => playTracks(ALL, i)}
                actions={<LikeButton track={track} />}
              />
            ))}
          </TrackLines>
        </State>
        <State name="shelf" wide>
          <Shelf label="Songs" still>
            {ALL.map((track) => (
              <li key={track.id}>
                <Cover track={track} />
                <p className="small name">
                  <bdi>{track.title}</bdi>
                </p>
              </li>
            ))}
          </Shelf>
        </State>
      </Part>
    </>
  )
}

function Rows() {
  const colours = tints([coverTrack(TRACKS.plain), coverTrack(TRACKS.loud)])
  const gutter = { '--gutter': '68px' } as React.CSSProperties
  return (
    <ol style={gutter}>
      {ALL.map((track, i) => (
        <TrackRow
          key={track.id}
          track={track}
          gutter={
            <>
              <Branches
                tints={colours}
                widths={[1 - i / 10, i / 10].map(branchThickness)}
                last={i === ALL.length - 1}
                nth={i}
              />
              <span />
            </>
          }
          badge={i === 1 ? <Badge>new</Badge> : null}
          actions={<OpinionButtons track={track} />}
          onPlay={() => playTracks(ALL, i)}
        >
          <p className="micro dim">In 34 playlists together, close in energy and mood</p>
        </TrackRow>
      ))}
    </ol>
  )
}
