export function ReportPage() {
  return <h1 className="title">Report</h1>
}
