"""Letters for invoices that were not paid in time."""

from __future__ import annotations

from datetime import date

from invoice import Invoice, format_cents, overdue_invoices


def days_overdue(invoice: Invoice, today: date) -> int:
    return max(0, (today - invoice.due_on()).days)


def first_reminder(invoice: Invoice, today: date) -> str:
    return (
        f"Dear {invoice.customer},\n"
        f"invoice {invoice.number} over {format_cents(invoice.total_gross_cents())} "
        f"has been due for {days_overdue(invoice, today)} days.\n"
        "Perhaps it was overlooked?\n"
    )


def second_reminder(invoice: Invoice, today: date) -> str:
    return (
        f"Dear {invoice.customer},\n"
        f"invoice {invoice.number} over {format_cents(invoice.total_gross_cents())} "
        f"has been due for {days_overdue(invoice, today)} days.\n"
        "Please pay it within seven days.\n"
    )


def reminders(invoices: list[Invoice], today: date) -> list[str]:
    letters: list[str] = []
    for invoice in overdue_invoices(invoices, today):
        if days_overdue(invoice, today) < 14:
            letters.append(first_reminder(invoice, today))
        else:
            letters.append(second_reminder(invoice, today))
    return letters
