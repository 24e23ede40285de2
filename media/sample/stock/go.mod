module corner.shop/stock

go 1.22
