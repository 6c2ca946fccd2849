"""The tables of resource scheduling that a conversation can be about, and what they need to be created."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.emulator.organisation.activity import activity_table, regarding
from dataverse_tck.emulator.organisation.builders import APPLICATION, NONE, lookup, moment, reference, text
from dataverse_tck.emulator.organisation.model import label
from dataverse_tck.emulator.organisation.platform import ACCOUNT, BOOKABLERESOURCE, SYSTEMUSER
from dataverse_tck.emulator.organisation.standard_tables import standard_table

_NAME = text("msdyn_name", label("Name", "Nome"), 100, APPLICATION)
_OPTIONAL_NAME = replace(_NAME, required=NONE)

BOOKINGALERT = activity_table(
    "msdyn_bookingalert",
    "msdyn_bookingalerts",
    (label("Booking Alert", "Avviso prenotazione"), label("Booking Alerts", "Avvisi prenotazione")),
    (),
    10401,
)
BOOKINGALERTSTATUS = standard_table(
    "msdyn_bookingalertstatus",
    "msdyn_bookingalertstatuses",
    (label("Booking Alert Status"), label("Booking Alert Statuses")),
    (
        _OPTIONAL_NAME,
        lookup("msdyn_BookingAlert", label("Booking Alert", "Avviso prenotazione"), required=APPLICATION),
    ),
    10402,
)
BOOKINGRULE = standard_table(
    "msdyn_bookingrule",
    "msdyn_bookingrules",
    (label("Booking Rule", "Regola prenotazione"), label("Booking Rules", "Regole prenotazione")),
    (
        _NAME,
        text("msdyn_MethodName", "Method Name", 100, APPLICATION),
        text("msdyn_WebResource", "Web Resource", 100, APPLICATION),
    ),
    10403,
)
TIMEGROUP = standard_table(
    "msdyn_timegroup",
    "msdyn_timegroups",
    (label("Fulfillment Preference"), label("Fulfillment Preferences")),
    (_NAME,),
    10405,
)
TIMEGROUPDETAIL = standard_table(
    "msdyn_timegroupdetail",
    "msdyn_timegroupdetails",
    (label("Time Group Detail"), label("Time Group Details")),
    (
        _OPTIONAL_NAME,
        lookup("msdyn_TimeGroupId", label("Fulfillment Preference"), required=APPLICATION),
        moment("msdyn_StartTime", label("Start Time", "Ora di inizio")),
        moment("msdyn_EndTime", label("End Time", "Ora di fine")),
    ),
    10406,
)
RESOURCETERRITORY = standard_table(
    "msdyn_resourceterritory",
    "msdyn_resourceterritories",
    (label("Resource Territory", "Area risorsa"), label("Resource Territories", "Aree risorsa")),
    (_OPTIONAL_NAME, lookup("msdyn_Resource", label("Resource", "Risorsa"), required=APPLICATION)),
    10404,
)
# The entity set ends in "settinges", the collection name in "settings": so it is served.
SCHEDULERSETTING = standard_table(
    "msdyn_systemuserschedulersetting",
    "msdyn_systemuserschedulersettinges",
    (label("System User Scheduler Setting"), label("System User Scheduler Settings")),
    (_NAME, lookup("msdyn_User", label("User", "Utente"), required=APPLICATION)),
    10407,
    collection_name="msdyn_systemuserschedulersettings",
)

PARENTS = (
    BOOKINGALERTSTATUS,
    BOOKINGRULE,
    RESOURCETERRITORY,
    SCHEDULERSETTING,
    TIMEGROUP,
    TIMEGROUPDETAIL,
)
TABLES = (*PARENTS, BOOKINGALERT)
RELATIONSHIPS = (
    regarding(BOOKINGALERT, ACCOUNT),
    reference(
        "msdyn_msdyn_bookingalert_msdyn_bookingalertstatus_BookingAlert",
        (BOOKINGALERTSTATUS, "msdyn_bookingalert"),
        BOOKINGALERT,
        "msdyn_BookingAlert",
    ),
    reference(
        "msdyn_bookableresource_msdyn_resourceterritory_Resource",
        (RESOURCETERRITORY, "msdyn_resource"),
        BOOKABLERESOURCE,
        "msdyn_Resource",
    ),
    reference(
        "msdyn_systemuser_msdyn_systemuserschedulersetting_User",
        (SCHEDULERSETTING, "msdyn_user"),
        SYSTEMUSER,
        "msdyn_User",
    ),
    reference(
        "msdyn_msdyn_timegroup_msdyn_timegroupdetail_TimeGroup",
        (TIMEGROUPDETAIL, "msdyn_timegroupid"),
        TIMEGROUP,
        "msdyn_TimeGroupId",
    ),
)
