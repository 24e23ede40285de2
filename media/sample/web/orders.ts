import { type Client, RequestError } from "./client";

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}

export interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly status: "open" | "paid" | "shipped" | "cancelled";
  readonly createdAt: string;
}

export function orderTotalCents(order: Order): number {
  return order.lines.reduce((total, line) => total + line.quantity * line.unitPriceCents, 0);
}

export function orderItemCount(order: Order): number {
  return order.lines.reduce((total, line) => total + line.quantity, 0);
}

export async function fetchOrder(client: Client, orderId: string): Promise<Order | undefined> {
  try {
    return await client.get<Order>(`/orders/${orderId}`);
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}

export async function fetchOrders(client: Client, customerId: string): Promise<Order[]> {
  try {
    return await client.get<Order[]>(`/customers/${customerId}/orders`);
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return [];
    throw error;
  }
}

export async function createOrder(client: Client, customerId: string, lines: OrderLine[]): Promise<Order> {
  if (lines.length === 0) throw new Error("An order needs at least one line.");
  return client.post<Order>("/orders", { customerId, lines });
}

export async function payOrder(client: Client, order: Order): Promise<Order> {
  if (order.status !== "open") throw new Error(`Order ${order.id} is ${order.status}, not open.`);
  return client.put<Order>(`/orders/${order.id}`, { ...order, status: "paid" });
}

export async function shipOrder(client: Client, order: Order): Promise<Order> {
  if (order.status !== "paid") throw new Error(`Order ${order.id} is ${order.status}, not paid.`);
  return client.put<Order>(`/orders/${order.id}`, { ...order, status: "shipped" });
}

export async function cancelOrder(client: Client, order: Order): Promise<Order> {
  if (order.status === "shipped") throw new Error(`Order ${order.id} is shipped already.`);
  return client.put<Order>(`/orders/${order.id}`, { ...order, status: "cancelled" });
}
