//! Accounts and the bookings between them. Amounts are in cents.

use std::collections::HashMap;
use std::fmt;

/// Why a booking was refused.
#[derive(Debug, PartialEq, Eq)]
pub enum LedgerError {
    UnknownAccount(String),
    NotEnoughFunds { account: String, missing: u64 },
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LedgerError::UnknownAccount(name) => write!(f, "there is no account {name}"),
            LedgerError::NotEnoughFunds { account, missing } => {
                write!(f, "account {account} lacks {missing} cents")
            }
        }
    }
}

impl std::error::Error for LedgerError {}

/// One booking that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub account: String,
    pub amount: i64,
    pub text: String,
}

/// All accounts with their balances, and what was booked so far.
#[derive(Debug, Default)]
pub struct Ledger {
    balances: HashMap<String, u64>,
    bookings: Vec<Booking>,
}

impl Ledger {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn open(&mut self, account: &str) {
        self.balances.entry(account.to_string()).or_insert(0);
    }

    pub fn balance(&self, account: &str) -> Result<u64, LedgerError> {
        self.balances
            .get(account)
            .copied()
            .ok_or_else(|| LedgerError::UnknownAccount(account.to_string()))
    }

    pub fn deposit(&mut self, account: &str, amount: u64, text: &str) -> Result<(), LedgerError> {
        let balance = self.balance(account)?;
        self.balances.insert(account.to_string(), balance + amount);
        self.bookings.push(Booking {
            account: account.to_string(),
            amount: amount as i64,
            text: text.to_string(),
        });
        Ok(())
    }

    pub fn withdraw(&mut self, account: &str, amount: u64, text: &str) -> Result<(), LedgerError> {
        let balance = self.balance(account)?;
        if balance < amount {
            return Err(LedgerError::NotEnoughFunds {
                account: account.to_string(),
                missing: amount - balance,
            });
        }
        self.balances.insert(account.to_string(), balance - amount);
        self.bookings.push(Booking {
            account: account.to_string(),
            amount: -(amount as i64),
            text: text.to_string(),
        });
        Ok(())
    }

    pub fn bookings_of(&self, account: &str) -> Vec<&Booking> {
        self.bookings
            .iter()
            .filter(|booking| booking.account == account)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deposit_raises_the_balance() {
        let mut ledger = Ledger::new();
        ledger.open("till");
        ledger.deposit("till", 500, "opening").unwrap();
        assert_eq!(ledger.balance("till"), Ok(500));
    }

    #[test]
    fn a_withdrawal_lowers_the_balance() {
        let mut ledger = Ledger::new();
        ledger.open("till");
        ledger.deposit("till", 500, "opening").unwrap();
        ledger.withdraw("till", 200, "change").unwrap();
        assert_eq!(ledger.balance("till"), Ok(300));
    }
}
