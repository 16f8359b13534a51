package dev.renkei.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalKindTest {
  @ParameterizedTest
  @CsvSource({
    "Email, EMAIL",
    "contact_email, EMAIL",
    "EMailAddress, EMAIL",
    "メールアドレス, EMAIL",
    "PhoneNumber, PHONE",
    "Tel, PHONE",
    "HomeTel, PHONE",
    "電話番号, PHONE",
    "携帯, PHONE",
    "CardNumber, CARD_NUMBER",
    "クレジットカード番号, CARD_NUMBER",
    "PostalCode, POSTAL_CODE",
    "zip, POSTAL_CODE",
    "郵便番号, POSTAL_CODE",
    "BirthDate, BIRTH_DATE",
    "DOB, BIRTH_DATE",
    "生年月日, BIRTH_DATE",
    "AddressLine1, ADDRESS",
    "住所, ADDRESS",
    "FirstName, NAME",
    "last_name, NAME",
    "氏名, NAME",
    "フリガナ, NAME",
    "SSN, OFFICIAL_NUMBER",
    "MyNumber, OFFICIAL_NUMBER",
    "PasswordHash, SECRET"
  })
  void aNameTellsTheKind(String column, PersonalKind kind) {
    assertThat(PersonalKind.ofName(column)).contains(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ProductID", "Quantity", "Price", "Name", "Status", "Telling", "Hotel", "商品名"})
  void otherNamesTellNone(String column) {
    assertThat(PersonalKind.ofName(column)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "taro@example.jp, EMAIL",
    "090-1234-5678, PHONE",
    "0312345678, PHONE",
    "+81 90 1234 5678, PHONE",
    "4111 1111 1111 1111, CARD_NUMBER",
    "4111111111111111, CARD_NUMBER",
    "〒150-0001, POSTAL_CODE",
    "150-0001, POSTAL_CODE",
    "東京都渋谷区神宮前1-2-3, ADDRESS",
    "山田 太郎, NAME",
    "ヤマダ　タロウ, NAME"
  })
  void mostValuesTellTheKind(String value, PersonalKind kind) {
    assertThat(PersonalKind.ofValues(List.of(value, value, "x"))).contains(kind);
    assertThat(PersonalKind.ofValues(List.of(value, "x", "y"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"4111111111111112", "2024-05-01", "AB-1234", "12345", "赤いシャツ", "0.5", ""})
  void otherValuesTellNone(String value) {
    assertThat(PersonalKind.ofValues(List.of(value))).isEmpty();
  }
}
