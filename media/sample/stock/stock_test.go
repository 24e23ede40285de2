package stock

import (
	"errors"
	"testing"
)

func TestTakeLowersTheCount(t *testing.T) {
	store := NewStore()
	store.Put(Item{SKU: "tea", Name: "Green tea", Count: 5})
	if err := store.Take("tea", 2); err != nil {
		t.Fatalf("Take: %v", err)
	}
	item, err := store.Get("tea")
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	if item.Count != 3 {
		t.Errorf("count is %d, want 3", item.Count)
	}
}

func TestTakeRefusesMoreThanIsLeft(t *testing.T) {
	store := NewStore()
	store.Put(Item{SKU: "tea", Name: "Green tea", Count: 5})
	if err := store.Take("tea", 6); !errors.Is(err, ErrNotEnough) {
		t.Errorf("Take gave %v, want %v", err, ErrNotEnough)
	}
}

func TestGetOfAnUnknownItem(t *testing.T) {
	store := NewStore()
	if _, err := store.Get("coffee"); !errors.Is(err, ErrUnknownItem) {
		t.Errorf("Get gave %v, want %v", err, ErrUnknownItem)
	}
}
