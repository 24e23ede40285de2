"""Invoices: lines, taxes and totals. Amounts are in cents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class InvoiceLine:
    description: str
    quantity: int
    unit_price_cents: int
    tax_percent: int = 19

    def net_cents(self) -> int:
        return self.quantity * self.unit_price_cents

    def tax_cents(self) -> int:
        return self.net_cents() * self.tax_percent // 100

    def gross_cents(self) -> int:
        return self.net_cents() + self.tax_cents()


@dataclass
class Invoice:
    number: str
    customer: str
    issued_on: date
    lines: list[InvoiceLine] = field(default_factory=list)
    paid_on: date | None = None

    def add_line(self, description: str, quantity: int, unit_price_cents: int) -> InvoiceLine:
        if quantity <= 0:
            raise ValueError(f"quantity must be positive, not {quantity}")
        line = InvoiceLine(description, quantity, unit_price_cents)
        self.lines.append(line)
        return line

    def total_net_cents(self) -> int:
        return sum(line.net_cents() for line in self.lines)

    def total_tax_cents(self) -> int:
        return sum(line.tax_cents() for line in self.lines)

    def total_gross_cents(self) -> int:
        return sum(line.gross_cents() for line in self.lines)

    def due_on(self, days: int = 30) -> date:
        return self.issued_on + timedelta(days=days)

    def is_overdue(self, today: date) -> bool:
        return self.paid_on is None and today > self.due_on()


def format_cents(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def open_invoices(invoices: list[Invoice]) -> list[Invoice]:
    return [invoice for invoice in invoices if invoice.paid_on is None]


def overdue_invoices(invoices: list[Invoice], today: date) -> list[Invoice]:
    return [invoice for invoice in invoices if invoice.is_overdue(today)]


def total_open_cents(invoices: list[Invoice]) -> int:
    return sum(invoice.total_gross_cents() for invoice in open_invoices(invoices))


def total_by_customer(invoices: list[Invoice]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for invoice in invoices:
        totals[invoice.customer] = totals.get(invoice.customer, 0) + invoice.total_gross_cents()
    return totals
