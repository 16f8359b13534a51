-- A database to try with: Change Tracking, a table, and a login that may read and nothing else.
IF DB_ID(N'Shop') IS NULL CREATE DATABASE Shop;
GO
ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON;
IF NOT EXISTS (SELECT 1 FROM sys.change_tracking_databases WHERE database_id = DB_ID(N'Shop'))
  ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 7 DAYS, AUTO_CLEANUP = ON);
IF SUSER_ID(N'renkei') IS NULL
  CREATE LOGIN renkei WITH PASSWORD = N'$(RENKEI_DB_PASSWORD)';
GO
USE Shop;
GO
IF OBJECT_ID(N'dbo.Stock') IS NULL
  CREATE TABLE dbo.Stock (ProductID int NOT NULL, Size nvarchar(8) NOT NULL, Quantity int NOT NULL, PRIMARY KEY (ProductID, Size));
IF NOT EXISTS (SELECT 1 FROM sys.change_tracking_tables WHERE object_id = OBJECT_ID(N'dbo.Stock'))
  ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING;
IF NOT EXISTS (SELECT 1 FROM dbo.Stock)
  INSERT dbo.Stock VALUES (1, N'S', 4), (1, N'M', 7), (2, N'L', 1);
IF USER_ID(N'renkei') IS NULL CREATE USER renkei FOR LOGIN renkei;
GRANT SELECT ON SCHEMA::dbo TO renkei;
GRANT VIEW CHANGE TRACKING ON SCHEMA::dbo TO renkei;
GRANT VIEW DATABASE STATE TO renkei;
GO
