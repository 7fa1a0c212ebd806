const PROBLEMS = [
  'the printer on floor three shows offline since Monday',
  'a customer cannot reset her password, the mail never arrives',
  'the export to Excel stops at 500 rows',
  'meetings stand an hour late in the calendar since the clocks changed',
  'the card terminal in Leeds declines every second payment',
  'somebody was charged twice for May',
  'the VPN drops every ten minutes in the Lisbon office',
  'photos larger than 2 MB cannot be uploaded although the page says 10',
  'codes for signing in arrive after they have expired',
  'a shop has the wrong opening hours on the map',
  'the search finds nothing since the last update',
  'a parcel came back damaged and the buyer wants a refund',
  'the dashboard takes a minute to load for large accounts',
  'the scanner app crashes on old Android phones',
  'a discount was not applied at the till',
  'the newsletter reaches people who left the list',
  'pupils see the marks of others',
  'the button for cancelling a subscription is grey',
  'recorded meetings have no sound',
  'an invoice carries the wrong VAT number',
  'the badge reader at the north door does not know new staff',
  'a tablet at reception freezes when a visitor signs',
  'two users share one mailbox by mistake',
  'the backup of the warehouse server failed again',
  'labels come out of the printer upside down',
  'the chat window covers the order form on small screens',
  'a driver lost the phone with the delivery app',
  'the lift display still shows the old company name',
  'translations are missing on the Polish pages',
  'the heating schedule ignores public holidays',
]

const WORDINGS = [
  (problem: string) => `Ticket: ${problem}. Draft a reply and set the priority.`,
  (problem: string) => `A customer writes that ${problem}. Answer the ticket and assign it to a team.`,
  (problem: string) => `Please handle this support ticket: ${problem}. Reply to the user, choose a priority.`,
]

/** Prompts of one kind that no shipped intent names: support tickets to answer and to sort. At most 30, all different. */
export function sampleTickets(count: number): readonly string[] {
  return PROBLEMS.slice(0, count).map((problem, i) => WORDINGS[i % WORDINGS.length]!(problem))
}
