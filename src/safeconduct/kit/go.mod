module verify

go 1.27
