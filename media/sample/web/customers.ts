import { type Client, RequestError } from "./client";

export interface Address {
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
}

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly address: Address;
}

export function formatAddress(address: Address): string {
  return [address.street, `${address.postalCode} ${address.city}`, address.country].join("\n");
}

export async function fetchCustomer(client: Client, customerId: string): Promise<Customer | undefined> {
  try {
    return await client.get<Customer>(`/customers/${customerId}`);
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}

export async function createCustomer(client: Client, name: string, email: string): Promise<Customer> {
  if (!email.includes("@")) throw new Error(`${email} is not an e-mail address.`);
  return client.post<Customer>("/customers", { name, email });
}

export async function moveCustomer(client: Client, customer: Customer, address: Address): Promise<Customer> {
  return client.put<Customer>(`/customers/${customer.id}`, { ...customer, address });
}
