import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { PageHead, Section } from '@/components/layout/PageHead'
import styles from './GuidePage.module.css'

/** How everything works, in the order in which a person meets it. */
export function GuidePage() {
  return (
    <>
      <PageHead title="How Segue works" lead="Five minutes, in the order in which things come up." />
      <div className={styles.text}>
        <Step title="Start from a song">
          Name a song on the <Link to="/">first page</Link>, or a mood in your own words. The list that follows shows
          what belongs beside it. A thicker line is stronger evidence. Up to three songs make the direction clearer.
        </Step>
        <Step title="Why this song">
          Press the sentence under a song. It shows how much each of your songs counts, in shares that sum to 1, and
          what is known: playlists that hold both, or where they sound alike. “Placed by its sound” means that nobody
          has played the song in a list yet.
        </Step>
        <Step title="Say what you think">
          A heart counts in the very next list. “Not for me” takes the song away and keeps it away; so does “never”, the
          strongest no. Each can be undone for ten seconds; what you like stands in <Link to="/liked">Liked</Link>,
          where it can be taken back at any time.
        </Step>
        <Step title="Tune">
          Presets are a start. Four dials move a list between familiar and new, deep cuts and hits, one mood and all
          over; ranges keep it within limits. All of it stands in the address, so a list can be kept as a bookmark.
        </Step>
        <Step title="With an account">
          The <Link to="/test">interest test</Link> asks about twelve songs at most. From then on{' '}
          <Link to="/recommend">Recommend</Link> starts from your taste, and the <Link to="/report">report</Link> says
          what is special about it. It makes no claim before 20 likes, and none that chance could explain.
        </Step>
        <Step title="What you heard elsewhere">
          <Link to="/import">Bring your listening</Link> reads the histories, likes and playlists that other services
          hand out, each entry once. Songs that it is not sure of are listed, and you name them. An import can be taken
          back. Players can also send what they play as you hear it.
        </Step>
        <Step title="Lists that stay">
          <Link to="/weekly">This week</Link> holds three lists that are made anew every Monday.{' '}
          <Link to="/playlists">Playlists</Link> are yours: each shows what it leads on to, and leaves in the formats
          that players read. The <Link to="/map">map</Link> shows the whole catalogue, and your likes in it.
        </Step>
        <Step title="What you never want">
          Artists, genres and versions such as live or karaoke are muted in <Link to="/profile">Your taste</Link> and
          come back nowhere. A song, a playlist or a month can stay in your history without counting.
        </Step>
        <Step title="Keys">
          <kbd>/</kbd> finds a song, <kbd>l</kbd> likes, <kbd>x</kbd> is not for me, <kbd>w</kbd> asks why, <kbd>u</kbd>{' '}
          undoes, space plays. <kbd>?</kbd> lists them. They can be switched off in the{' '}
          <Link to="/settings">settings</Link>.
        </Step>
        <Step title="Where it comes from">
          This server learned from playlists: songs that people put side by side stand near each other. Songs that
          nobody has played are placed by their sound and their artist. Nothing is sent to anybody else. Programs get
          all of it from <Link to="/developers">the API</Link>.
        </Step>
      </div>
    </>
  )
}

const Step = ({ title, children }: { title: string; children: ReactNode }) => (
  <Section title={title}>
    <p className="soft">{children}</p>
  </Section>
)
