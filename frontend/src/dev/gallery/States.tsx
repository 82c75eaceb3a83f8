import { Problem } from '@/api/problem'
import { Banner } from '@/components/banner/Banner'
import { Button } from '@/components/button/Button'
import { PageHead, Section } from '@/components/layout/PageHead'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Bone, TrackRowBones } from '@/components/states/Skeleton'
import { Part, State } from './Part'

const problem = (status: number, title: string, detail: string, wait: number | null = null) =>
  new Problem({ title, detail, code: 'sample', request_id: '01a22265-b404-7057-a45f-58234e09f649' }, status, wait)
const nothing = () => {}

export function States() {
  return (
    <>
      <Part name="Failure">
        <State name="an error answer" wide>
          <Failure
            error={problem(502, 'Bad gateway', 'The recommender did not answer.')}
            what="The list could not be made."
            retry={nothing}
          />
        </State>
        <State name="signed out" wide>
          <Failure error={problem(401, 'Unauthorized', 'No session.')} />
        </State>
        <State name="too many requests" wide>
          <Failure error={problem(429, 'Too many', '120 requests a minute are allowed.', 40)} retry={nothing} />
        </State>
        <State name="no answer" wide>
          <Failure error={problem(0, 'No answer', '')} retry={nothing} />
        </State>
      </Part>
      <Part name="Banner">
        {(['warn', 'bad', 'ok', 'off'] as const).map((kind) => (
          <State key={kind} name={kind} wide>
            <Banner kind={kind} title="A bold fact." action={<Button kind="plain">Act</Button>}>
              One sentence that says what it means.
            </Banner>
          </State>
        ))}
      </Part>
      <Part name="Empty and loading">
        <State name="empty">
          <Empty title="Nothing liked yet" action={<Button kind="solid">Start the test</Button>}>
            A like changes the very next list.
          </Empty>
        </State>
        <State name="rows awaited" wide>
          <TrackRowBones rows={3} />
        </State>
        <State name="bone" wide>
          <Bone width="60%" />
        </State>
      </Part>
      <Part name="Page head and section">
        <State name="head" wide>
          <PageHead title="Liked songs" over="Over" lead="240 songs by 133 artists">
            <Button>Act</Button>
          </PageHead>
          <Section title="Records" intro="One sentence.">
            <p className="soft">What stands in it.</p>
          </Section>
        </State>
      </Part>
    </>
  )
}
