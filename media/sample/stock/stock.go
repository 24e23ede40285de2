// Package stock keeps count of what lies on the shelves.
package stock

import (
	"errors"
	"fmt"
	"sort"
	"sync"
)

// ErrUnknownItem is returned when no item has the given SKU.
var ErrUnknownItem = errors.New("unknown item")

// ErrNotEnough is returned when fewer pieces are left than were asked for.
var ErrNotEnough = errors.New("not enough pieces left")

// Item is one article and how many pieces of it are left.
type Item struct {
	SKU   string
	Name  string
	Count int
}

// Store holds the items by SKU. It may be used by several goroutines.
type Store struct {
	mu    sync.Mutex
	items map[string]*Item
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{items: make(map[string]*Item)}
}

// Put adds an item, or replaces the one with the same SKU.
func (s *Store) Put(item Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[item.SKU] = &item
}

// Get returns the item with the given SKU.
func (s *Store) Get(sku string) (Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	item, ok := s.items[sku]
	if !ok {
		return Item{}, fmt.Errorf("get %q: %w", sku, ErrUnknownItem)
	}
	return *item, nil
}

// Take removes pieces of an item.
func (s *Store) Take(sku string, count int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	item, ok := s.items[sku]
	if !ok {
		return fmt.Errorf("take %q: %w", sku, ErrUnknownItem)
	}
	if item.Count < count {
		return fmt.Errorf("take %d of %q: %w", count, sku, ErrNotEnough)
	}
	item.Count -= count
	return nil
}

// Refill adds pieces of an item.
func (s *Store) Refill(sku string, count int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	item, ok := s.items[sku]
	if !ok {
		return fmt.Errorf("refill %q: %w", sku, ErrUnknownItem)
	}
	item.Count += count
	return nil
}

// Low lists the items of which at most limit pieces are left, by SKU.
func (s *Store) Low(limit int) []Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	var low []Item
	for _, item := range s.items {
		if item.Count <= limit {
			low = append(low, *item)
		}
	}
	sort.Slice(low, func(i, j int) bool { return low[i].SKU < low[j].SKU })
	return low
}
