"""The numbers that a customer has bought for."""
