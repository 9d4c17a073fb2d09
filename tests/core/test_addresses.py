"""Grades of addresses: the open deck, each family of rules, the traps that earlier graders fell into, hostile texts."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core import institutions_table, lesser_addresses
from safeconduct.core.address_words import as_meant
from safeconduct.core.addresses import LONGEST, Grade, grade
from safeconduct.core.delivery_line import delivery_line
from safeconduct.core.institutions_table import INSTITUTIONS_BY_STREET
from safeconduct.core.places import place as place_of
from safeconduct.core.postal_codes import cities_of, has_name
from safeconduct.core.postal_codes_table import CODES
from safeconduct.core.publication28 import KINDS

DECK = Path(__file__).parents[1] / "decks" / "addresses.csv"
ENOUGH = {Grade.DELIVERABLE, Grade.DELIVERABLE_UNIT}


def deck() -> list[tuple[str, str]]:
    with DECK.open(encoding="utf-8", newline="") as file:
        return [(row["grade"], row["address"]) for row in csv.DictReader(file)]


def grades(*texts: str) -> set[str]:
    """The grades of several addresses; one grade if all are alike."""
    return {grade(text).grade.value for text in texts}


@pytest.mark.parametrize(("expected", "address"), deck())
def test_the_open_deck_is_graded_as_labelled(expected: str, address: str) -> None:
    assert grade(address).grade == expected


# What Publication 28 would deliver to.


def test_number_street_and_last_line_are_deliverable() -> None:
    assert grades(
        "12 Elm Street, Springfield, Illinois 62704-1234",
        "12 elm st aurora il 60505",
        "12 ELM ST.,AURORA,IL 60505",
        "  12   Elm St ;\nAurora ;\nIL\n60505  ",
        "12 Elm St, Aurora, IL 605051234, USA",
        "12 Elm St, Aurora, IL 60505 1234, United States of America",
        "1600 Pennsylvania Ave. N.W., Washington, D.C. 20500",
        "John O'Brien, 12 Elm St, Aurora IL 60505",
        "c/o Maria Lopez, 12 Elm St, Aurora, IL 60505",
        "Address: 12 Elm St, Aurora, IL 60505",
    ) == {"deliverable"}


def test_a_street_may_be_of_a_kind_that_has_no_suffix() -> None:
    assert grades(
        "1500 Broadway, New York, NY 10036",
        "300 The Embarcadero, San Francisco, CA 94105",
        "10 Avenue C, Bayonne NJ 07002",
        "1220 Avenue of the Americas, New York NY 10020",
        "4 El Camino Real, Millbrae CA 94030",
        "19 Calle de la Cruz Apt 2 Santa Fe NM 87501",
        "12 Vista del Mar, San Clemente CA 92672",
    ) == {"deliverable"}


def test_highways_and_county_roads_are_streets() -> None:
    assert grades(
        "12345 US Hwy 12, Dillsboro, IN 47018",
        "1200 FM1960 Rd W Houston TX 77090",
        "4410 I-35 N, Austin, TX 78722",
        "1234 Interstate 10 E Frontage Rd, Baytown TX 77521",
        "W7733 County Road NN, Elkhorn, WI 53121",
        "5000 N A1A, Vero Beach FL 32963",
        "8890 Farm to Market 1960, Humble TX 77338",
    ) == {"deliverable"}


def test_grids_hyphens_fractions_letters_and_words_number_a_house() -> None:
    assert grades(
        "842 E 1700 S, Salt Lake City, UT 84105",
        "N6W23001 Bluemound Rd, Waukesha, WI 53188",
        "W140 N8917 Lilly Rd, Menomonee Falls WI 53051",
        "18-18 Bell Blvd, Bayside, NY 11360",
        "123½ Main St, Aurora, IL 60505",
        "586 27 1/2 Rd, Grand Junction, CO 81501",
        "39.2 County Road 7, Del Norte, CO 81132",
        "Twenty-One Elm St, Hartford CT 06103",
    ) == {"deliverable"}


def test_a_unit_may_stand_before_or_behind_the_street() -> None:
    assert grades(
        "Apt 4, 12 Elm St, Aurora, IL 60505",
        "Apt 4 12 Elm St Aurora IL 60505",
        "12 Elm St APT4 AURORA IL60505",
        "12 Elm St Apt # 4-B, Aurora IL 60505",
        "12 Elm St Fl 2 Miami FL 33101",
        "12 Elm St, 2nd Floor Rear, Aurora IL 60505",
        "1234 Main St., Bldg. 4, Apt. 12-B, Dallas, TX 75201",
        "12 Elm St 5B, Aurora IL 60505",
        "PMB 123, 150 Calle A, San Juan, PR 00926",
    ) == {"deliverable"}


def test_boxes_and_routes_are_deliverable_with_their_number() -> None:
    assert grades(
        "P. O. Box 12 Miami FL 33101",
        "Post Office Box 12, Miami, Florida 33101",
        "PO Drawer L, Marfa TX 79843",
        "123 Main St, PO Box 45, Aurora, IL 60505",
        "RFD 2 Box 19, Houlton, ME 04730",
        "Route 2, Box 15, Hope AR 71801",
        "HC-1 Box 4567, Arroyo PR 00714",
    ) == {"deliverable"}


def test_military_mail_has_unit_box_and_a_military_state() -> None:
    assert grades("Unit 2050 Box 4190, APO, AP 96278", "USS Nimitz (CVN 68), FPO AP 96620") == {"deliverable"}
    assert grades(
        "Unit 2050, APO AP 96278",
        "PSC 802 Box 74, Aurora IL 60505",
        "12 Elm St, APO AE 09499",
        "PSC 802 Box 74, APO AE",
        "PSC 802 Box 74, APO AE 96278",
        "PSC 802 Box 74, New York, AE 09499",
    ) == {"partial"}


def test_puerto_rico_has_forms_of_its_own() -> None:
    assert grades(
        "URB Las Gladiolas, 150 Calle A, San Juan, PR 00926",
        "CARR 123 KM 4.2, Adjuntas, PR 00601",
        "Calle 5 #B5, Urb Villa Carolina, Carolina PR 00985",
        "Cond Las Torres Apt 5B, Ponce PR 00716",
        "Apartado Postal 3301, Guayama, PR 00785",
        "Urb Lomas Verdes, 4T12 Calle Petrea, Bayamon, PR 00956",
    ) == {"deliverable"}
    assert grades("Camino Real #12, Santa Fe, NM 87505", "CARR 123 KM 4.2, Santa Fe, NM 87505") == {"partial"}


# The last line.


def test_a_code_settles_city_and_state_that_are_left_out() -> None:
    assert grades("12 Elm St, 60505", "12 Elm St IL 60505", "12 Elm St Aurora 60505", "PO Box 12, 60505") == {
        "deliverable"
    }


def test_city_and_state_settle_a_code_that_is_left_out_if_the_table_knows_them() -> None:
    assert grade("12 Elm St, Aurora, IL").grade is Grade.DELIVERABLE
    assert grade("12 Elm St, Nosuchcity, IL").grade is Grade.PARTIAL


def test_a_place_that_the_table_does_not_know_needs_state_and_code() -> None:
    assert grade("12 Elm St, Hollywood Dell, CA 90028").grade is Grade.DELIVERABLE
    assert grade("15 Sukhumvit Rd, Fooville 10110").grade is Grade.PARTIAL


def test_a_code_that_does_not_exist_or_is_of_another_state_or_city_is_partial() -> None:
    assert grades("12 Elm St, Aurora, IL 99999", "12 Elm St, Aurora, IL 90001", "12 Elm St, Aurora, IL 62704") == {
        "partial"
    }


def test_a_code_that_is_not_the_citys_is_partial_however_near_it_lies() -> None:
    assert grades(
        "12 Elm St, Aurora, IL 60601",
        "1200 Oak Ave, Chicago, IL 60505",
        "12 elm st aurora il 60540",
        "12 Elm St, Aurora 60601",
        "PO Box 12, El Paso, TX 79701",
        "HC 1 Box 44, Adjuntas, PR 00926",
        "12 Elm St, New York, NY 11201",
    ) == {"partial"}


def test_a_city_that_only_other_states_have_is_partial() -> None:
    assert grades(
        "12 Elm St, Boston, IL 60505",
        "12 Elm St Boston IL 60505",
        "12 Elm St, Phoenix, NV 89101",
        "12 Elm St, Brooklyn, TX 78701",
    ) == {"partial"}


def test_a_second_city_behind_the_street_is_partial() -> None:
    assert grades("12 Elm St, Houston, Dallas, TX 75201", "12 Elm St, Chicago, Aurora, IL") == {"partial"}
    assert grade("12 Elm St, East Chicago, IL 60601").grade is Grade.PARTIAL


def test_a_place_may_be_written_by_any_name_the_postal_service_knows_for_its_code() -> None:
    assert grades(
        "12 Elm St, Hollywood, CA 90028",
        "12 Elm St, Echo Park, CA 90026",
        "12 Elm St, NYC, NY 10027",
        "12 Elm St, Langley Park, MD 20783",
        "12 Elm St, De Kalb, IL 60115",
        "12 Elm St, Coeur d'Alene, ID 83814",
        "12 Elm St, Coeur d Alene, ID 83814",
        "12 Elm St, D'Iberville, MS 39540",
    ) == {"deliverable"}


def test_a_city_may_look_like_a_street_a_state_or_a_country() -> None:
    assert grades(
        "12 Elm St Avenue MD 20609",
        "12 Old Mill Lane Lake Forest IL 60045",
        "12 Elm Street St. Paul MN",
        "2 Elm St, East St Louis, IL 62201",
        "530 Kansas Ave, Wyoming, MI 49509",
        "12 Elm St, Washington 20001",
        "350 Fifth Avenue, New York 10118",
        "12 Elm St, Lebanon 17046",
        "12 Elm St, Mexico, MO 65265",
    ) == {"deliverable"}


def test_a_number_of_several_words_numbers_a_house() -> None:
    assert grades(
        "Three Hundred Elmhurst Ave, Providence, RI 02908",
        "One Hundred Twenty Elm St, Aurora, IL 60505",
        "Twenty Two Elm St, Aurora, IL 60505",
    ) == {"deliverable"}
    assert grade("Three Rivers Rd, Aurora, IL 60505").grade is Grade.PARTIAL


def test_an_ordinal_in_words_numbers_no_house() -> None:
    assert grades(
        "Twenty First St, Aurora, IL 60505",
        "Forty-Second Street, New York, NY 10036",
        "One Hundred Third St, Chicago, IL 60628",
    ) == {"partial"}
    assert grades("One Fifth Ave, New York, NY 10003", "21 Twenty First St, Aurora, IL 60505") == {"deliverable"}


def test_what_is_counted_in_a_streets_name_numbers_no_house() -> None:
    assert grades("Two Dog Rd, Aurora, IL 60505", "Three Little Pigs Ln, Aurora, IL 60505") == {"partial"}
    assert grades("Eight Harbor Ct, Portland, ME 04101", "Five Commerce Plaza, Albany, NY 12207") == {"deliverable"}


def test_a_number_right_behind_a_single_word_may_be_the_words_and_no_houses() -> None:
    assert grades(
        "Gate 12 Elm St, Aurora, IL 60505",
        "Flat 12 Elm St, Aurora, IL 60505",
        "Parcel 12 Elm St, Aurora, IL 60505",
        "Hab 4 Calle Luna, Ponce, PR 00730",
    ) == {"partial"}
    assert grades(
        "Maria Lopez 12 Elm St, Aurora, IL 60505", "Gate, 12 Elm St, Aurora, IL 60505", "Home: 12 Elm St, 60505"
    ) == {"deliverable"}


def test_a_house_number_does_not_begin_with_a_zero_but_a_boxs_may() -> None:
    assert grades("012 Elm St, Aurora, IL 60505", "00012 Elm St, Aurora, IL 60505") == {"partial"}
    assert grades("Unit 8400 Box 0118, DPO AE 09498", "HC 05 Box 91604, Arecibo, PR 00612") == {"deliverable"}


def test_letters_that_leave_the_number_open_are_no_number() -> None:
    assert grade("12XX Elm St, Aurora, IL 60505").grade is not Grade.DELIVERABLE


def test_roads_of_tribes_and_of_grids_are_streets() -> None:
    assert grades(
        "3340 BIA Route 12, Pine Ridge, SD 57770",
        "1234 Navajo Route 36, Shiprock, NM 87420",
        "1234 Indian Service Route 12, Fort Defiance, AZ 86504",
        "1320 E 1500 North Rd, Watseka, IL 60970",
        "1320 1500 North Rd, Watseka, IL 60970",
        "2150 N 3rd E, Rexburg, ID 83440",
        "9117 Hwy 6 and 50, Grand Junction, CO 81505",
        "1234 Ranch to Market Road 12, Wimberley, TX 78676",
    ) == {"deliverable"}
    assert grades("BIA Route 12, Pine Ridge, SD 57770", "E 1500 N, Logan, UT 84341") == {"partial"}


def test_a_number_in_the_name_of_a_road_or_a_motel_is_no_stray() -> None:
    assert grades(
        "Motel 6, 123 Main St Rm 214, Aurora, IL 60505",
        "Super 8 Motel, 123 Main St, Room 12, Aurora, IL 60505",
        "1234 N Mile 2 1/2 W, Mercedes, TX 78570",
        "4321 Pa. Route 8, Butler, PA 16001",
        "4321 La Hwy 1, Plaquemine, LA 70764",
        "4321 Cnty Rd 12, Wadena, MN 56482",
        "123 Main St Apt 4 Floor 2, Aurora, IL 60505",
    ) == {"deliverable"}
    assert grades("Motel 6, Laredo, TX 78041", "Mile 7 Rd, Mission, TX 78574") == {"partial"}


def test_a_single_word_that_names_a_side_is_a_street() -> None:
    assert grades("3 Dockside, Mystic, CT 06355", "22 Harborside Apt 4, Mystic, CT 06355") == {"deliverable"}
    assert grades("12 Westside, Aurora, IL 60505", "12 Riverside, CA 92501") == {"partial"}


def test_a_lot_may_follow_a_direction_and_a_park_stand_before_the_street() -> None:
    assert grades(
        "Lone Oak Mobile Home Park, 2114 Highway 90 W Lot 27, Uvalde, TX 78801",
        "Shady Oaks RV Park Space 12, 2114 Hwy 90, Uvalde, TX 78801",
        "12 Elm Rd, Sunny Acres MHP Lot 5, Aurora, IL 60505",
    ) == {"deliverable"}


# Parts missing.


def test_a_part_alone_is_partial() -> None:
    assert grades("60505", "Illinois", "Houston", "12 Elm St", "Apt 4", "IL 60505", "12 Elm St, Aurora") == {"partial"}


def test_a_street_without_a_house_number_is_partial() -> None:
    assert grades(
        "5TH AVE, New York NY 10011",
        "12 Mile Rd, Southfield MI 48034",
        "Two Rivers Rd, Aurora IL 60505",
        "Highway 61, Clarksdale MS 38614",
        "Apt 4, Elm St, Aurora IL 60505",
        "Studio 5 Main St, Aurora, IL 60505",
        "#5 Main St, Aurora, IL 60505",
        "One Way St, Aurora, IL 60505",
        "Old Jail Ln, Aurora IL 60505",
    ) == {"partial"}


def test_a_number_without_a_street_is_partial() -> None:
    assert grades("418, Aurora, IL 60505", "123 Juniper, Aurora IL 60505", "12 Lake Forest IL 60045") == {"partial"}


def test_a_designator_without_its_value_is_partial() -> None:
    assert grades(
        "123 MAIN ST APT, Aurora IL 60505",
        "123 MAIN ST APT AURORA IL 60505",
        "12 Elm St #, Aurora IL 60505",
        "12 Elm St Bldg Apt 3, Aurora IL 60505",
        "PO Box, Laredo, TX 78042",
        "PO Box X, Laredo, TX 78042",
        "12345 US Highway, Dillsboro, IN 47018",
    ) == {"partial"}


def test_two_addresses_crossings_and_spots_are_partial() -> None:
    assert grades(
        "12 Elm St, 14 Oak St, Aurora IL 60505",
        "12 Elm St, Aurora IL 60505 or 14 Oak St, Chicago IL 60601",
        "5th St & 12 Ave S, Seattle WA 98101",
        "1200 block of Main St, Aurora IL 60505",
        "2 miles north of Main Rd, Aurora IL 60505",
        "12 Elm St behind the church, Aurora IL 60505",
        "evicted from 12 Elm St, Aurora IL 60505",
        "12 in the park, Aurora IL 60505",
        "Close to 12 Elm St, Aurora, IL 60505",
        "See near 12 Elm St, Aurora, IL 60505",
        "12 Elm St (old), Aurora, IL 60505",
        "Train station 12 Elm St, Aurora, IL 60505",
        "c/o attorney, 12 Elm St, Aurora, IL 60505",
        "12 Elm St, near Boston, IL 60505",
    ) == {"partial"}


# Institutions.


def test_an_institution_without_building_or_unit_is_an_institution() -> None:
    assert grades(
        "2800 KRAMERIA ST GEO GROUP, Denver CO 80207",
        "800 TRUXTUN AVE SALVATION ARMY BAKERSFIELD CA 93301",
        "fdc miami 33 ne 4th st miami fl 33132",
        "c/o Harris County Jail, 1200 Baker St, Houston TX 77002",
        "A# 201-555-012, 123 Main St, Aurora IL 60505",
        "Port Isabel SPC, 27991 Buena Vista Blvd, Los Fresnos TX 78566",
        "Los Angeles Mission, 303 E 5th St, Los Angeles CA 90013",
        "Casa del Migrante, El Paso TX 79901",
        "123 Stewart Detention Center, Lumpkin, GA 31815",
        "123 Rescue Mission Park, Denver CO 80205",
        "In ICE custody",
        "Boys Training School, 12 Elm St, Aurora, IL 60505",
        "Forensic Center, 12 Elm St, Aurora, IL 60505",
        "Patton State Hospital, 3102 E Highland Ave, Patton, CA 92369",
        "Hogar de paso, 12 Elm St, Houston, TX 77002",
    ) == {"institution"}


def test_an_institution_with_unit_and_street_is_deliverable() -> None:
    assert grades(
        "Eloy Detention Center, Pod 3, 1705 E Hanna Rd, Eloy, AZ 85131",
        "1705 E Hanna Rd, Eloy Detention Center, Unit 2, Eloy, AZ 85131",
        "A# 201-555-012, Eloy Detention Center, Unit E Pod 4, 1705 E Hanna Rd, Eloy, AZ 85131",
        "Cook County Jail Division 10 Tier 2B 2950 S California Ave Chicago IL 60608",
    ) == {"deliverable_unit"}


def test_an_institution_known_by_its_street_address_needs_no_name() -> None:
    assert grades(
        "1705 E Hanna Rd, Eloy, AZ 85131",
        "1705 East Hanna Road, Eloy, Arizona",
        "1705 hanna rd eloy az 85131",
        "1705 E Hanna Rd, 85131",
        "1705 E Hanna Rd Ste 3, Eloy, AZ 85131",
        "c/o Maria Lopez, 1705 E Hanna Rd, Eloy, AZ 85131",
        "10-10 Hazen St, East Elmhurst, NY 11370",
        "5701 Eighth Street, Dublin, CA 94568",
        "5880 State Highway 67, Florence, CO 81226",
        "33 1/2 Pembroke Rd, Danbury, CT 06811",
        "830 Pine Hill Road, Jena, LA 71342",
    ) == {"institution"}
    assert grade("1705 E Hanna Rd Pod 3, Eloy, AZ 85131").grade is Grade.DELIVERABLE_UNIT


def test_a_neighbour_of_an_institution_and_its_namesake_elsewhere_are_ordinary() -> None:
    assert grades(
        "1707 E Hanna Rd, Eloy, AZ 85131",
        "1705 E Battaglia Dr, Eloy, AZ 85131",
        "1705 E Hanna Rd, Casa Grande, AZ 85122",
        "500 5th Ave, New York, NY 10110",
        "1 Main St, Tiburon, CA 94920",
    ) == {"deliverable"}


@pytest.mark.parametrize("line", INSTITUTIONS_BY_STREET.strip().splitlines())
def test_no_institution_of_the_table_is_enough_without_its_unit(line: str) -> None:
    number, street, city, state, code, _ = line.split("|")
    for place in (f"{city}, {state} {code}", f"{city} {state}", code):
        assert grade(f"{number} {street}, {place}").grade in {Grade.INSTITUTION, Grade.PARTIAL}
    assert grade(f"{number} {street}, {city}, {state} {code}").grade is Grade.INSTITUTION


def test_the_table_of_institutions_says_that_it_is_unconfirmed_and_of_what_day() -> None:
    said = institutions_table.__doc__ or ""
    assert "As of 28 November 2026" in said
    assert "UNCONFIRMED" in said


def test_the_register_number_of_a_federal_prisoner_is_no_unit() -> None:
    assert grade("USM# 12345-678, 12 Elm St, Aurora, IL 60505").grade not in ENOUGH


def test_a_suite_or_a_unit_without_the_street_does_not_do_for_an_institution() -> None:
    assert grades(
        "Eloy Detention Center, Suite 3, 1705 E Hanna Rd, Eloy, AZ 85131", "Eloy Detention Center, Pod 3, Eloy, AZ"
    ) == {"institution"}


def test_a_word_of_an_institution_inside_a_streets_name_is_a_street() -> None:
    assert grades(
        "123 Ice House Rd, Hampton, VA 23669",
        "45 Shelter Cove Ln, Hilton Head Island, SC 29928",
        "9 Old Jail Ln, Barnstable, MA 02630",
        "1441 Rescue Mission Ridge Rd, Asheville, NC 28806",
        "8 Ferry Rd, Shelter Island, NY 11964",
    ) == {"deliverable"}


def test_hotels_hospitals_and_colleges_are_ordinary_places() -> None:
    assert grades(
        "Hilton Garden Inn, 99 Hotel Cir, San Diego, CA 92108",
        "Mercy Hospital, 500 E Market St, Iowa City IA 52245",
        "Stanford University, 450 Jane Stanford Way, Stanford, CA 94305",
    ) == {"deliverable"}


def test_an_institution_may_be_abbreviated() -> None:
    assert grades(
        "Imperial Regional Det. Ctr., 1572 Gateway Rd, Calexico, CA 92231",
        "Fed. Corr. Inst., 1900 Simler Ave, Big Spring, TX 79720",
        "Florence Svc Proc Ctr, 3250 N Pinal Pkwy, Florence, AZ 85132",
        "Harris Cnty Jail, 1200 Baker St, Houston, TX 77002",
        "Merced Juv. Hall, 2867 Barlow Ln, Merced, CA 95340",
        "Denver Resc. Miss., 1130 Park Ave W, Denver, CO 80205",
        "Kay County Det., 12 Elm St, Newkirk, OK 74647",
    ) == {"institution"}


def test_a_prison_may_be_called_a_unit_an_annex_or_by_its_operator() -> None:
    assert grades(
        "Polunsky Unit, 3872 FM 350 S, Livingston, TX 77351",
        "Mountain View Unit, 2305 Ransom Rd, Gatesville, TX 76528",
        "Centinela SP, 2302 Brown Rd, Imperial, CA 92251",
        "Golden State Annex, 611 Frontage Rd, McFarland, CA 93250",
        "Delaney Hall, 451 Doremus Ave, Newark, NJ 07105",
        "Theo Lacy Facility, 501 The City Dr S, Orange, CA 92868",
        "Serenity Sober Living, 45 Palm Ave, Mesa, AZ 85201",
    ) == {"institution"}
    assert grade("Sunrise Assisted Living Facility, 12 Elm St, Aurora, IL 60505").grade is Grade.DELIVERABLE


def test_a_unit_of_an_institution_may_be_a_letter_a_word_for_one_or_hyphened() -> None:
    assert grades(
        "FDC SeaTac, Unit DB, 2425 S 200th St, Seattle, WA 98198",
        "Eloy Detention Center, Pod Bravo, 1705 E Hanna Rd, Eloy, AZ 85131",
        "Eloy Detention Center, Alpha Unit, 1705 E Hanna Rd, Eloy, AZ 85131",
        "Attica Correctional Facility, C-Block Cell 14, 639 Exchange St, Attica, NY 14011",
        "Mesa Verde ICE Processing Center, Dorm-A, 425 Golden State Ave, Bakersfield, CA 93301",
        "Polunsky Unit, Building 12 Cell 44, 3872 FM 350 S, Livingston, TX 77351",
    ) == {"deliverable_unit"}


def test_the_name_of_an_institution_may_hold_a_streets() -> None:
    text = "Maricopa County Fourth Avenue Jail, Housing Unit 3 Pod B, 201 S 4th Ave, Phoenix, AZ 85003"
    assert grade(text).grade is Grade.DELIVERABLE_UNIT
    assert grade(text).parts["institution"] == "MARICOPA COUNTY FOURTH AVENUE JAIL"


# Placeholders, general delivery, other countries, nothing.


def test_placeholders_are_known_wherever_they_stand() -> None:
    assert grades(
        "12345 DON'T CARE, SCHENECTADY NY 12345",
        "FAILED TO PROVIDE 12 Elm St, Aurora IL 60505",
        "Failed-to-provide, Aurora IL 60505",
        "123 Unknown St, Aurora IL 60505",
        "12 Elm St, Anytown, IL 60505",
        "Unknown/Unknown",
        "FTP, Aurora, IL 60505",
        "*** REFUSED ***",
        "No tiene domicilio, San Antonio, TX 78207",
        "123 Street, City, State 12345",
        "000 MAIN ST, Aurora IL 60505",
        "XXXX Main St, Aurora IL 60505",
        "99999 99999",
    ) == {"placeholder"}


def test_a_placeholder_word_in_a_real_name_is_a_street() -> None:
    assert grades("77 Unknown Soldier Ave, Arlington, VA 22201", "7 Sample Rd, Coral Springs FL 33065") == {
        "deliverable"
    }
    assert grades("77 Unknown Ave, Arlington, VA 22201", "7 Sample St, Coral Springs FL 33065") == {"placeholder"}


def test_a_doubtful_word_before_a_mill_a_line_or_a_canyon_is_a_streets_name() -> None:
    assert grades(
        "2714 Dummy Line Rd, Hattiesburg, MS 39401",
        "660 Test Track Rd, Pueblo, CO 81001",
        "1313 Missing Mill Ln, Rock Hill, SC 29730",
        "804 Box Canyon Rd, Canoga Park, CA 91304",
        "12 Jewel Box Dr, Aurora, IL 60505",
    ) == {"deliverable"}
    assert grades(
        "123 Dummy St, Aurora, IL 60505",
        "12 Any Hill Rd, Aurora, IL 60505",
        "123 Test Place St, Aurora, IL 60505",
        "5 Missing Person Ave, Aurora, IL 60505",
        "1 Fake Address Rd, Aurora, IL 60505",
        "12345 Don't Care Ln, Aurora, IL 60505",
    ) == {"placeholder"}


def test_the_unknown_soldier_has_roads_and_an_unknown_address_has_none() -> None:
    assert grade("77 Unknown Soldier Rd, Arlington, VA 22201").grade is Grade.DELIVERABLE
    assert grade("Unknown Soldier Rd, Arlington, VA 22201").grade is Grade.PARTIAL
    assert grades("Unknown Address, Arlington, VA 22201", "77 Unknown Address, Arlington, VA 22201") == {"placeholder"}


def test_a_street_of_which_only_the_suffix_is_written_is_a_placeholder() -> None:
    assert grades("123 Street St, Aurora, IL 60505", "123 Road Rd, Aurora, IL 60505") == {"placeholder"}
    assert grades("123 Street Rd, Southampton, PA 18966", "12 Court St, Aurora, IL 60505") == {"deliverable"}


def test_a_street_without_a_name_is_a_placeholder_in_spanish_too() -> None:
    assert grades("123 Calle Sin Nombre, San Juan, PR 00926", "12 Elsewhere St, Aurora, IL 60505") == {"placeholder"}


def test_an_officers_note_in_place_of_an_address_is_a_placeholder() -> None:
    assert grades(
        "See A-file",
        "Refer to case file 77002",
        "pending interview",
        "Check system",
        "to be verified",
        "moved",
        "Released on bond 78520",
        "Subject unsure, 77002",
        "whereabouts unk., Houston TX 77002",
        "Domicilio por verificar",
        "vive con un amigo, Laredo TX 78040",
        "Last known address: 12 Elm St, Aurora, IL 60505",
    ) == {"placeholder"}
    assert grades("Case St, Aurora, IL 60505", "Friend St, Boston, MA 02114") == {"partial"}


def test_keys_struck_at_random_and_marks_of_a_program_are_placeholders() -> None:
    assert grades("nan", "zzzzz", "00000-0000", "sdfsdf 77002", "asdf asdf", "asdasd", "qwert", "undefined") == {
        "placeholder"
    }
    assert grades("John Smith III, 12 Elm St, Aurora IL 60505", "12 Vu Ct, Aurora IL 60505") == {"deliverable"}


def test_a_word_beside_an_address_that_says_that_the_person_is_not_there_is_a_placeholder() -> None:
    beside = "DEPORTED,Removed,Fugitive,Gone,Left,Dead,Deceased,Burned down,RTS,Mudado,Place of arrest,Encounter location,POE,EWI"
    assert grades(*(f"{one}, 418 Juniper St, Aurora, IL 60505" for one in beside.split(","))) == {"placeholder"}
    assert grades("418 Juniper St, Gone, Aurora, IL 60505", "418 Juniper St, Nocity, IL 60505") == {"placeholder"}
    assert grades(
        "Gone With Wind Apartments, 418 Juniper St, Aurora, IL 60505", "12 Left Fork Rd, Hazard, KY 41701"
    ) == {"deliverable"}


def test_a_placeholder_is_known_though_it_is_misspelt_or_written_as_one_word() -> None:
    assert grades(
        "123 Faild To Provid St, Aurora, IL 60505",
        "123 Unkonwn Rd, Aurora, IL 60505",
        "123 Homless Ave, Aurora, IL 60505",
        "123 Refuzed St, Aurora, IL 60505",
        "123 Failedtoprovide St, Aurora, IL 60505",
        "123 Unknownaddress St, Aurora, IL 60505",
        "123 Noaddress Ave, Aurora, IL 60505",
        "123 Dontcare St, Aurora, IL 60505",
        "123 Idontknow St, Aurora, IL 60505",
        "Faild to Provid, 418 Juniper St, Aurora, IL 60505",
        "418 Juniper St, Unkonwn, IL 60505",
        "123 Qwe Rd, Zxc, TX 77002",
        "111 Aaa St, Aurora, IL 60505",
    ) == {"placeholder"}
    assert grades("Detentoin Center, 1705 E Hannah Rd, Eloy, AZ 85131") == {"institution"}
    assert grades(
        "12 Andress Dr, El Paso, TX 79924", "12 Faile St, Bronx, NY 10474", "12 Clint Rd, Aurora, IL 60505"
    ) == {"deliverable"}


def test_no_word_of_a_citys_name_is_taken_for_another_that_is_misspelt() -> None:
    words = {word for state in CODES for city in cities_of(state) for word in city.split()}
    assert {word: as_meant(word) for word in words if as_meant(word) != word} == {}


def test_a_blank_of_a_form_that_was_not_filled_is_a_placeholder() -> None:
    assert grades("1832 W ___ Pl, Chicago, IL 60608", "418 Juniper St, ____, IL 60505") == {"placeholder"}


def test_a_city_of_another_country_beside_a_code_is_partial() -> None:
    assert grades("418 Juniper St, Mexico City, CA 90001", "418 Juniper St, Tegucigalpa, TX 77002") == {"partial"}


def test_a_unit_may_look_like_a_highway_and_a_suffix_be_misspelt() -> None:
    assert grades(
        "14900 SE 272nd St Unit K12, Kent, WA 98042",
        "418 Juniper St Apt M4, Aurora, IL 60505",
        "418 Juniper St # K7, Aurora, IL 60505",
        "418 Juniper Steet, Aurora, IL 60505",
        "418 Juniper Aveune Apt 2, Aurora, IL 60505",
        "418 Juniper Raod, Aurora, IL 60505",
        "907 Peachtree Bolevard, Duluth GA 30096",
        "1055 Carr 2 Km 15.4, Bayamon PR 00959",
    ) == {"deliverable"}
    places = [place_of(grade(f"418 Juniper {suffix}, Aurora, IL 60505").parts) for suffix in ("St", "Steet")]
    assert places[0] == places[1]


@pytest.mark.parametrize("phrase", lesser_addresses.PLACEHOLDERS)
def test_no_placeholder_in_place_of_the_street_is_enough(phrase: str) -> None:
    for text in (phrase, f"{phrase} 60505", f"12 {phrase} St, Aurora, IL 60505", f"12345 {phrase}, Aurora IL 60505"):
        assert grade(text).grade is Grade.PLACEHOLDER


@pytest.mark.parametrize("phrase", lesser_addresses.INSTITUTIONS)
def test_no_institution_beside_a_street_is_enough(phrase: str) -> None:
    for text in (
        f"{phrase}, 12 Elm St, Aurora, IL 60505",
        f"12 Elm St Kern {phrase} Aurora IL 60505",
        f"12 {phrase}, Aurora IL 60505",
    ):
        assert grade(text).grade not in ENOUGH


@pytest.mark.parametrize("country", lesser_addresses.COUNTRIES)
def test_an_address_that_ends_in_another_country_is_foreign(country: str) -> None:
    assert grades(f"12 Elm St, Aurora, IL 60505, {country}", f"12 Elm St Fooville {country}") == {"foreign"}


def test_every_phrase_has_a_clue_that_no_ordinary_part_of_an_address_is() -> None:
    phrases = (
        *lesser_addresses.PLACEHOLDERS,
        *lesser_addresses.INSTITUTIONS,
        *lesser_addresses.SPOTS,
        *lesser_addresses.COUNTRIES,
    )
    assert lesser_addresses.clues(phrases, KINDS).keys().isdisjoint(KINDS)


def test_general_delivery_is_never_enough() -> None:
    assert grades("GEN. DEL., Tucson AZ", "General Delivery, 1801 Broadway, Denver CO 80202") == {"general_delivery"}


def test_codes_provinces_and_other_letters_are_foreign() -> None:
    assert grades(
        "100 Queen St W, Toronto ON M5H 2N2",
        "12 High St, Oxford OX1 4BE",
        "Ciudad Juárez, Chih.",
        "Москва, ул. Ленина 5",
    ) == {"foreign"}


def test_a_state_is_not_the_country_whose_name_it_holds_nor_an_islands_sea_a_state() -> None:
    assert grades("New Mexico", "Nuevo Mexico", "London, KY", "Mexico, MO") == {"partial"}
    assert grades("17 Hope Rd, Kingston 10, Jamaica W.I.", "Castries, St. Lucia, W.I.", "Zona 10, Guatemala, C.A.") == {
        "foreign"
    }


def test_signs_without_words_are_empty() -> None:
    assert grades("", "  ", ",,,", "-", "#", "/", "...", "\u200b", "- , -", "\n\t") == {"empty"}


# What is told.


def test_the_parts_are_told_in_capitals() -> None:
    assert grade("2219 Calle de los Niños #4, Española, New Mexico 87532-0001").parts == {
        "number": "2219",
        "street": "CALLE DE LOS NINOS",
        "unit": "# 4",
        "city": "ESPANOLA",
        "state": "NM",
        "postal_code": "87532",
    }
    assert grade("Eloy Detention Center, Pod 3, 1705 E Hanna Rd").parts["institution"] == "ELOY DETENTION CENTER"


def test_the_reason_says_what_is_missing() -> None:
    assert "house number" in grade("Juniper St, Aurora, IL 60505").reason
    assert "no such postal code" in grade("12 Elm St, Aurora, IL 99999").reason
    assert "building or unit" in grade("Cook County Jail, 2950 S California Ave, Chicago, IL 60608").reason


# Hostile texts.


@pytest.mark.parametrize(
    "text",
    [
        "12 Elm St, Aurora, IL ６０５０５",
        "12 Elm St, Aurora, IL 60505\x00",
        "12 \u202eElm St, Aurora, IL 60505",
        "12 El\u200bm St, Aurora, IL 60505",
        "12 Еlm St, Aurora, IL 60505",
        "12 Elm St\x1b[2K, Aurora, IL 60505",
    ],
)
def test_signs_that_no_address_has_are_not_guessed_at(text: str) -> None:
    assert grade(text).grade is Grade.PARTIAL


def test_a_text_longer_than_any_address_is_partial() -> None:
    assert grades("12 Elm St, Aurora, IL 60505 " * 4000, "A" * 100_000, "1 " * 50_000, "APT 4 " * LONGEST) == {
        "partial"
    }


def test_memory_of_shapes_is_bounded() -> None:
    assert delivery_line.cache_parameters()["maxsize"] is not None


def test_one_call_needs_no_unfolding_of_the_package_of_codes() -> None:
    call = "import sys; from safeconduct.core.addresses import grade; grade('12 Elm St, 60505'); print('zipcodes' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


WORDS = st.sampled_from(
    [
        *KINDS,
        "12",
        "418",
        "60505",
        "62704-1234",
        "IL",
        "AURORA",
        "JUNIPER",
        "5TH",
        "B12",
        "A#",
        "45-090",
        ",",
        ", ",
        "\n",
        "ñ",
        ".",
    ]
)
TEXTS = st.one_of(
    st.text(),
    st.lists(WORDS).map(" ".join),
    st.lists(st.sampled_from([address for _, address in deck()])).map(" ".join),
)


@given(TEXTS)
def test_any_text_has_a_grade_and_a_reason(text: str) -> None:
    graded = grade(text)
    assert graded.grade in Grade
    assert graded.reason


@given(TEXTS, st.sampled_from([str.upper, lambda text: f" {text} ", lambda text: f"{text},", lambda text: f", {text}"]))
def test_capitals_blanks_and_commas_do_not_raise_a_grade(text: str, changed: object) -> None:
    assert callable(changed)
    if grade(text).grade not in ENOUGH:
        assert grade(changed(text)).grade not in ENOUGH


@given(TEXTS, st.sampled_from(lesser_addresses.PLACEHOLDERS))
def test_a_placeholder_is_never_enough_whatever_stands_around_it(text: str, phrase: str) -> None:
    assert grade(f"{text} {phrase}, Aurora, IL 60505").grade not in ENOUGH
    assert grade(f"{phrase}, {text}").grade not in ENOUGH


@given(
    st.sampled_from([address for label, address in deck() if label.startswith("deliverable")]),
    st.sampled_from(["99999", "00000"]),
)
def test_a_code_that_does_not_exist_is_never_enough(address: str, code: str) -> None:
    assert grade(f"{address[: address.rindex(' ')]} {code}").grade not in ENOUGH


@given(
    st.sampled_from([*"IL TX CA NY FL AZ GA NJ".split()]), st.randoms(use_true_random=False), st.sampled_from([",", ""])
)
def test_a_city_beside_a_code_of_another_city_is_never_enough(state: str, chance: random.Random, comma: str) -> None:
    written, other = (chance.choice(sorted(cities_of(state))) for _ in "12")
    code = chance.choice(cities_of(state)[other].split())
    named = code in cities_of(state)[written] or has_name(code, written)
    assert named or grade(f"418 Juniper St{comma} {written}, {state} {code}").grade not in ENOUGH
