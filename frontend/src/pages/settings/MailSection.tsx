import { Section } from '@/components/layout/PageHead'
import { MonthlyMail } from '@/pages/report/MonthlyMail'

/** What is mailed, and how. */
export const MailSection = () => (
  <Section
    id="mail"
    title="Mail"
    intro="On the first of a month with at least five new likes. Every mail has a link that ends it."
  >
    <MonthlyMail />
  </Section>
)
