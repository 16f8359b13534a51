package dev.renkei.standin.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.standin.sql.SqlError;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionsTest {
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = new Shop();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      value = {
        "1 + 1 ¦ 2 ¦ int",
        "7 / 2 ¦ 3 ¦ int",
        "-7 / 2 ¦ -3 ¦ int",
        "-7 % 3 ¦ -1 ¦ int",
        "2147483648 ¦ 2147483648 ¦ decimal(10,0)",
        "0.05 ¦ 0.05 ¦ decimal(2,2)",
        "1.0 / 3 ¦ 0.333333 ¦ decimal(7,6)",
        "2.0 / 3.0 ¦ 0.666666 ¦ decimal(8,6)",
        "1.23 * 4.5 ¦ 5.535 ¦ decimal(6,3)",
        "1.5 + 2 ¦ 3.5 ¦ decimal(3,1)",
        "CAST(1 AS decimal(38,10)) * CAST(1 AS decimal(38,10)) ¦ 1.000000 ¦ decimal(38,6)",
        "CAST(1 AS decimal(38,0)) / CAST(3 AS decimal(38,0)) ¦ 0.333333 ¦ decimal(38,6)",
        "CAST(1 AS decimal(38,10)) + CAST(1 AS decimal(38,2)) ¦ 2.00 ¦ decimal(38,2)",
        "1 + '1' ¦ 2 ¦ int",
        "'a' + 'b' ¦ ab ¦ varchar(2)",
        "N'a' + 'b' ¦ ab ¦ nvarchar(2)",
        "'a' + NULL ¦ null ¦ varchar(2)",
        "CONCAT('a', NULL, 1) ¦ a1 ¦ varchar(14)",
        "$100 / $339 * $10000 ¦ 2949.0000 ¦ money",
        "$1.5 + 1 ¦ 2.5000 ¦ money",
        "CAST($1.5 AS int) ¦ 2 ¦ int",
        "CAST(1.9 AS int) ¦ 1 ¦ int",
        "CAST(-1.9e0 AS int) ¦ -1 ¦ int",
        "1e0 / 3 ¦ 0.3333333333333333 ¦ float",
        "CAST('2024-02-29' AS date) ¦ 2024-02-29 ¦ date",
        "CAST('2024-01-01 00:00:00.005' AS datetime) ¦ 2024-01-01 00:00:00.007 ¦ datetime",
        "CAST('2024-01-01 23:59:59.999' AS datetime) ¦ 2024-01-02 00:00:00 ¦ datetime",
        "CAST('2024-01-01 00:00:29.998' AS smalldatetime) ¦ 2024-01-01 00:00:00 ¦ smalldatetime",
        "CAST('2024-01-01 00:00:29.999' AS smalldatetime) ¦ 2024-01-01 00:01:00 ¦ smalldatetime",
        "CAST(CAST('2024-01-01 00:00:00.003' AS datetime) AS datetime2(7)) ¦ 2024-01-01 00:00:00.0033333 ¦ datetime2(7)",
        "CAST('2024-01-01 10:00:00.1234567' AS datetime2(3)) ¦ 2024-01-01 10:00:00.123 ¦ datetime2(3)",
        "CAST('Jan 2 2006 3:04PM' AS datetime) ¦ 2006-01-02 15:04:00 ¦ datetime",
        "CAST('12/31/99' AS datetime) ¦ 1999-12-31 00:00:00 ¦ datetime",
        "CAST('20240131' AS datetime) + 1 ¦ 2024-02-01 00:00:00 ¦ datetime",
        "CAST(0 AS datetime) ¦ 1900-01-01 00:00:00 ¦ datetime",
        "CAST('10:11:12.5' AS time(1)) ¦ 10:11:12.5 ¦ time(1)",
        "CAST('2024-01-01 10:00:00 +09:00' AS datetimeoffset(0)) ¦ 2024-01-01 10:00:00+09 ¦ datetimeoffset(0)",
        "CAST(CAST('2024-01-01 10:00:00 +09:00' AS datetimeoffset(0)) AS datetime2(0)) ¦ 2024-01-01 10:00:00 ¦ datetime2(0)",
        "CONVERT(varchar(30), CAST('2024-01-02 03:04:05.678' AS datetime), 121) ¦ 2024-01-02 03:04:05.677 ¦ varchar(30)",
        "CONVERT(varchar(30), CAST('2024-01-02 03:04:05.678' AS datetime2(7)), 126) ¦ 2024-01-02T03:04:05.6780000 ¦ varchar(30)",
        "CONVERT(varchar(10), CAST('2024-01-02' AS date), 112) ¦ 20240102 ¦ varchar(10)",
        "CONVERT(varchar(10), CAST('2024-01-02' AS date), 101) ¦ 01/02/2024 ¦ varchar(10)",
        "CAST(CAST('2024-01-02 15:04:00' AS datetime) AS varchar(30)) ¦ Jan  2 2024  3:04PM ¦ varchar(30)",
        "CONVERT(varchar(20), 0xCAFE, 1) ¦ 0xCAFE ¦ varchar(20)",
        "CONVERT(varbinary(4), '0xCAFE', 1) ¦ 0xCAFE ¦ varbinary(4)",
        "CAST(258 AS varbinary(8)) ¦ 0x00000102 ¦ varbinary(8)",
        "CAST(258 AS binary(2)) ¦ 0x0102 ¦ binary(2)",
        "CAST(0x0102 AS int) ¦ 258 ¦ int",
        "CAST('6F9619FF-8B86-D011-B42D-00C04FC964FF' AS uniqueidentifier) ¦ 6f9619ff-8b86-d011-b42d-00c04fc964ff ¦ uniqueidentifier",
        "CAST(CAST('6F9619FF-8B86-D011-B42D-00C04FC964FF' AS uniqueidentifier) AS binary(16)) ¦ 0xFF19966F868B11D0B42D00C04FC964FF ¦ binary(16)",
        "CAST(12345 AS varchar(3)) ¦ * ¦ varchar(3)",
        "CAST('abcdef' AS varchar(3)) ¦ abc ¦ varchar(3)",
        "CAST('abc' AS varchar) ¦ abc ¦ varchar(30)",
        "CAST('ab' AS char(4)) + '|' ¦ ab  | ¦ varchar(5)",
        "LEN('ab  ') ¦ 2 ¦ int",
        "DATALENGTH('ab  ') ¦ 4 ¦ int",
        "DATALENGTH(N'ab') ¦ 4 ¦ int",
        "DATALENGTH(CAST('ab' AS char(5))) ¦ 5 ¦ int",
        "ISNULL(NULL, 'x') ¦ x ¦ varchar(1)",
        "ISNULL(CAST(NULL AS varchar(2)), 'xyz') ¦ xy ¦ varchar(2)",
        "COALESCE(NULL, 1, 2.5) ¦ 1.0 ¦ decimal(11,1)",
        "NULLIF('a', 'A ') ¦ null ¦ varchar(1)",
        "IIF(1 = 1, 'yes', N'no') ¦ yes ¦ nvarchar(3)",
        "CHOOSE(2, 'a', 'bb') ¦ bb ¦ varchar(2)",
        "CASE 'A' WHEN 'a ' THEN 1 ELSE 2 END ¦ 1 ¦ int",
        "CASE WHEN 'a' = 'A' COLLATE Latin1_General_CS_AS THEN 1 ELSE 2 END ¦ 2 ¦ int",
        "CASE WHEN 'abc' LIKE 'A[a-c]%' THEN 1 ELSE 0 END ¦ 1 ¦ int",
        "CASE WHEN 'a%c' LIKE 'a!%c' ESCAPE '!' THEN 1 ELSE 0 END ¦ 1 ¦ int",
        "CASE WHEN 'a_b' LIKE 'a[_]b' THEN 1 ELSE 0 END ¦ 1 ¦ int",
        "CASE WHEN 'abc  ' LIKE 'abc' THEN 1 ELSE 0 END ¦ 1 ¦ int",
        "CASE WHEN N'abc  ' LIKE N'abc' THEN 1 ELSE 0 END ¦ 0 ¦ int",
        "SUBSTRING('abcdef', 0, 3) ¦ ab ¦ varchar(3)",
        "LEFT('abc', 2) + RIGHT('xyz', 1) ¦ abz ¦ varchar(3)",
        "CHARINDEX('B', 'abc') ¦ 2 ¦ int",
        "REPLACE('AbA', 'a', 'x') ¦ xbx ¦ varchar(8000)",
        "REPLICATE('ab', 2) ¦ abab ¦ varchar(8000)",
        "STUFF('abcdef', 2, 3, 'X') ¦ aXef ¦ varchar(7)",
        "STR(12.345, 6, 2) ¦  12.35 ¦ varchar(6)",
        "QUOTENAME('a]b') ¦ [a]]b] ¦ nvarchar(258)",
        "UPPER('ab') + LOWER('CD') ¦ ABcd ¦ varchar(4)",
        "LTRIM('  a') + TRIM(' b ') + RTRIM('c ') ¦ abc ¦ varchar(8)",
        "ASCII('A') + UNICODE(N'あ') ¦ 12419 ¦ int",
        "CHAR(65) + NCHAR(12354) ¦ Aあ ¦ nvarchar(2)",
        "CONCAT_WS(',', 'a', NULL, 'b') ¦ a,b ¦ varchar(5)",
        "REVERSE('abc') ¦ cba ¦ varchar(3)",
        "PATINDEX('%[0-9]%', 'ab1') ¦ 3 ¦ int",
        "DATEADD(month, 1, CAST('2024-01-31' AS date)) ¦ 2024-02-29 ¦ date",
        "DATEADD(ms, 1, CAST('2024-01-01' AS datetime)) ¦ 2024-01-01 00:00:00 ¦ datetime",
        "DATEADD(day, 1, '2024-01-31') ¦ 2024-02-01 00:00:00 ¦ datetime",
        "DATEDIFF(day, '2023-12-31 23:59', '2024-01-01 00:01') ¦ 1 ¦ int",
        "DATEDIFF(year, '2023-12-31', '2024-01-01') ¦ 1 ¦ int",
        "DATEPART(weekday, '2024-01-01') ¦ 2 ¦ int",
        "DATENAME(month, '2024-01-01') ¦ January ¦ nvarchar(30)",
        "YEAR('2024-01-01') * 100 + MONTH('2024-03-01') ¦ 202403 ¦ int",
        "EOMONTH('2024-02-01') ¦ 2024-02-29 ¦ date",
        "DATEFROMPARTS(2024, 2, 29) ¦ 2024-02-29 ¦ date",
        "SWITCHOFFSET(CAST('2024-01-01 00:00 +00:00' AS datetimeoffset(0)), '+09:00') ¦ 2024-01-01 09:00:00+09 ¦ datetimeoffset(0)",
        "GETUTCDATE() ¦ 2026-03-04 05:06:07.123 ¦ datetime",
        "SYSUTCDATETIME() ¦ 2026-03-04 05:06:07.1234567 ¦ datetime2(7)",
        "ABS(-3) + CEILING(1.2) + FLOOR(1.8) ¦ 6 ¦ decimal(12,0)",
        "ROUND(123.456, 1) ¦ 123.500 ¦ decimal(6,3)",
        "ROUND(123.456, 1, 1) ¦ 123.400 ¦ decimal(6,3)",
        "POWER(2, 10) ¦ 1024 ¦ int",
        "SQRT(16) ¦ 4.0 ¦ float",
        "5 & 3 | 8 ^ 1 ¦ 8 ¦ int",
        "~5 ¦ -6 ¦ int",
        "0x01 + 0x02 ¦ 0x0102 ¦ varbinary(2)",
        "TRY_CAST('x' AS int) ¦ null ¦ int",
        "TRY_CONVERT(date, '2024-13-01') ¦ null ¦ date",
        "CAST(1 AS bit) ¦ TRUE ¦ bit",
        "CAST('true' AS bit) ¦ TRUE ¦ bit",
        "CAST(0.1e0 AS varchar(20)) ¦ 0.1 ¦ varchar(20)",
        "CAST(1234567e0 AS varchar(20)) ¦ 1.23457e+006 ¦ varchar(20)",
        "CONVERT(varchar(20), $1234.5678, 1) ¦ 1,234.57 ¦ varchar(20)",
        "HASHBYTES('SHA2_256', 'a') ¦ 0xCA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB ¦ varbinary(8000)",
        "DB_NAME() ¦ Shop ¦ nvarchar(128)",
        "DB_ID('Shop') ¦ 5 ¦ smallint",
        "SCHEMA_NAME(1) ¦ dbo ¦ nvarchar(128)",
        "SERVERPROPERTY('EngineEdition') ¦ 3 ¦ int",
        "SERVERPROPERTY('ProductVersion') ¦ 16.0.4135.4 ¦ nvarchar(128)",
        "SUSER_SNAME() ¦ sa ¦ nvarchar(128)",
        "USER_NAME() ¦ dbo ¦ nvarchar(128)",
        "TYPE_NAME(56) ¦ int ¦ nvarchar(128)",
        "@@MAX_PRECISION ¦ 38 ¦ tinyint",
        "HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') ¦ 1 ¦ int",
        "ISNUMERIC('12.5') ¦ 1 ¦ int",
        "'日本é' ¦ ??é ¦ varchar(3)",
        "CAST(N'日本é' AS varchar(5)) ¦ ??é ¦ varchar(5)",
        "N'日本é' ¦ 日本é ¦ nvarchar(3)",
        "CAST(CAST(1.5 AS real) AS varchar(10)) ¦ 1.5 ¦ varchar(10)",
      })
  void computesAsSqlServerDoes(String expression, String value, String type) throws Exception {
    String sql = "SELECT " + expression;
    assertThat(shop.run(sql).stripLeading()).as(expression).isEqualTo(value.stripLeading());
    assertThat(shop.types(sql).replace(" not null", "")).as(expression).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      value = {
        "CAST('x' AS int) ¦ 245 ¦ Conversion failed when converting the varchar value 'x' to data type int.",
        "1 + 'x' ¦ 245 ¦ Conversion failed when converting the varchar value 'x' to data type int.",
        "CAST('99999999999' AS int) ¦ 248 ¦ The conversion of the varchar value '99999999999' overflowed an int column.",
        "CAST(300 AS tinyint) ¦ 220 ¦ Arithmetic overflow error for data type tinyint, value = 300.",
        "CAST(1e20 AS bigint) ¦ 8115 ¦ Arithmetic overflow error converting expression to data type bigint.",
        "CAST('x' AS decimal(5,2)) ¦ 8114 ¦ Error converting data type varchar to numeric.",
        "CAST(1000 AS decimal(3,0)) ¦ 8115 ¦ Arithmetic overflow error converting int to data type numeric.",
        "CAST('x' AS date) ¦ 241 ¦ Conversion failed when converting date and/or time from character string.",
        "CAST('2024-02-30' AS datetime) ¦ 242 ¦ The conversion of a varchar data type to a datetime data type resulted in an out-of-range value.",
        "CAST('x' AS uniqueidentifier) ¦ 8169 ¦ Conversion failed when converting from a character string to uniqueidentifier.",
        "CAST(1 AS date) ¦ 529 ¦ Explicit conversion from data type int to date is not allowed.",
        "1.0 / 0 ¦ 8134 ¦ Divide by zero error encountered.",
        "NOSUCH(1) ¦ 195 ¦ 'NOSUCH' is not a recognized built-in function name.",
        "LEN() ¦ 174 ¦ The len function requires 1 argument(s).",
        "nosuch ¦ 207 ¦ Invalid column name 'nosuch'.",
        "t.nosuch ¦ 4104 ¦ The multi-part identifier \"t.nosuch\" could not be bound.",
        "@nosuch ¦ 137 ¦ Must declare the scalar variable \"@nosuch\".",
        "CAST('2024-01-01' AS date) + 1 ¦ 206 ¦ Operand type clash: date is incompatible with int",
        "'a' - 'b' ¦ 402 ¦ The data types varchar and varchar are incompatible in the subtract operator.",
        "FORMAT(1, 'N') ¦ 50001 ¦ The SQL Server stand-in does not support the function FORMAT.",
        "CONVERT(varchar(30), GETDATE(), 130) ¦ 50001 ¦ The SQL Server stand-in does not support CONVERT with style 130.",
      })
  void refusesAsSqlServerDoes(String expression, int number, String message) {
    SqlError error = catchThrowableOfType(SqlError.class, () -> shop.run("SELECT " + expression));
    assertThat(error).as(expression).isNotNull();
    assertThat(error).as(expression).hasMessage(message);
    assertThat(error.number()).isEqualTo(number);
  }
}
