export function HistoryPage() {
  return <h1 className="title">History</h1>
}
