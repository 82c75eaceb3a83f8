export function SharedReportPage() {
  return <h1 className="title">SharedReport</h1>
}
