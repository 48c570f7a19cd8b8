DROP TABLE payments;
DROP FUNCTION keep_settled_payment();
