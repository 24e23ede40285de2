import assert from "node:assert/strict";
import { test } from "node:test";
import { type Order, orderItemCount, orderTotalCents } from "./orders";

const order: Order = {
  id: "o-1",
  customerId: "c-1",
  lines: [
    { sku: "tea", quantity: 2, unitPriceCents: 350 },
    { sku: "milk", quantity: 1, unitPriceCents: 120 },
  ],
  status: "open",
  createdAt: "2026-03-01T09:30:00Z",
};

test("the total is the sum of quantity times price", () => {
  assert.equal(orderTotalCents(order), 820);
});

test("the total of an order without lines is zero", () => {
  assert.equal(orderTotalCents({ ...order, lines: [] }), 0);
});

test("the item count is the sum of the quantities", () => {
  assert.equal(orderItemCount(order), 3);
});
