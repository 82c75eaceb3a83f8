import type { Row } from './words'

/** What a row is called in labels. */
export const nameOfRow = ({ title }: Pick<Row, 'title'>) => title || 'this row'
