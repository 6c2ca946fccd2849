"""The tables that an organisation has before Customer Service comes to it, so far as they are needed."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.emulator.organisation.activity import activity_table
from dataverse_tck.emulator.organisation.builders import (
    APPLICATION,
    PARENTAL,
    SYSTEM,
    boolean_choice,
    choice,
    identifier,
    integer,
    lookup,
    memo,
    options,
    read_only,
    reference,
    text,
    yes_no,
)
from dataverse_tck.emulator.organisation.model import (
    Choice,
    Column,
    Kind,
    Label,
    ManyToMany,
    Table,
    label,
)
from dataverse_tck.emulator.organisation.standard_tables import standard_table


def _system(
    name: str,
    entity_set: str,
    names: tuple[Label, Label],
    columns: tuple[Column, ...],
    code: int,
    *,
    primary_name: str = "name",
    ownership: str = "UserOwned",
    schema_name: str = "",
) -> Table:
    return standard_table(
        name,
        entity_set,
        names,
        columns,
        code,
        primary_name=primary_name,
        ownership=ownership,
        schema_name=schema_name or name.capitalize(),
        is_custom=False,
    )


SYSTEMUSER = replace(
    _system(
        "systemuser",
        "systemusers",
        (label("User", "Utente"), label("Users", "Utenti")),
        (
            read_only(text("FullName", label("Full Name", "Nome completo"), 200)),
            text("FirstName", label("First Name", "Nome"), 256, APPLICATION),
            text("LastName", label("Last Name", "Cognome"), 256, APPLICATION),
            text("DomainName", label("User Name", "Nome utente"), 1024, SYSTEM),
            text("InternalEMailAddress", "Primary Email", 100),
            text("Title", label("Title", "Posizione"), 128),
            lookup("BusinessUnitId", "Business Unit", required=SYSTEM),
            identifier("AzureActiveDirectoryObjectId", "Azure AD Object ID"),
            yes_no("IsDisabled", label("Status", "Stato"), "systemuser_isdisabled"),
        ),
        8,
        primary_name="fullname",
        ownership="BusinessOwned",
        schema_name="SystemUser",
    ),
    edm_base="principal",
)
TEAM = replace(
    _system(
        "team",
        "teams",
        (label("Team"), label("Teams", "Team")),
        (
            text("Name", label("Team Name", "Nome team"), 160, SYSTEM),
            memo("Description", label("Description", "Descrizione")),
            lookup("AdministratorId", "Administrator", required=SYSTEM),
            lookup("BusinessUnitId", "Business Unit", required=SYSTEM),
            choice("TeamType", "Team Type", "team_type", 0),
            yes_no("IsDefault", "Is Default", "team_isdefault"),
        ),
        9,
        ownership="BusinessOwned",
    ),
    edm_base="principal",
)
# The abstract owner of a row: in the CSDL it is the base type "principal" of systemuser and team.
OWNER = Table(
    "owner",
    "owners",
    label("Owner", "Proprietario"),
    label("Owners", "Proprietari"),
    "ownerid",
    "name",
    (
        identifier("OwnerId", label("Owner", "Proprietario"), SYSTEM),
        text("Name", label("Name", "Nome"), 160),
    ),
    7,
    schema_name="Owner",
    ownership="None",
    is_custom=False,
    edm_type="principal",
)
BUSINESSUNIT = _system(
    "businessunit",
    "businessunits",
    (label("Business Unit"), label("Business Units", "Business Unit")),
    (
        text("Name", label("Name", "Nome"), 160, SYSTEM),
        lookup("ParentBusinessUnitId", "Parent Business"),
        yes_no("IsDisabled", "Is Disabled", "businessunit_isdisabled"),
    ),
    10,
    ownership="BusinessOwned",
    schema_name="BusinessUnit",
)
ORGANIZATION = _system(
    "organization",
    "organizations",
    (label("Organization", "Organizzazione"), label("Organizations", "Organizzazioni")),
    (
        text("Name", label("Organization Name", "Nome organizzazione"), 160, SYSTEM),
        integer("LanguageCode", label("Language", "Lingua")),
        yes_no("ShareToPreviousOwnerOnAssign", "Share To Previous Owner", "organization_sharetopreviousowner"),
    ),
    1019,
    ownership="None",
)
ACCOUNT = _system(
    "account",
    "accounts",
    (label("Account"), label("Accounts", "Account")),
    (
        text("Name", label("Account Name", "Nome account"), 160, APPLICATION),
        text("AccountNumber", "Account Number", 20),
        text("EMailAddress1", label("Email", "Posta elettronica")),
        text("Telephone1", label("Main Phone", "Telefono principale"), 50),
        memo("Description", label("Description", "Descrizione")),
        lookup("ParentAccountId", "Parent Account"),
        lookup("PrimaryContactId", label("Primary Contact", "Contatto primario")),
    ),
    1,
)
CONTACT = _system(
    "contact",
    "contacts",
    (label("Contact", "Contatto"), label("Contacts", "Contatti")),
    (
        read_only(text("FullName", label("Full Name", "Nome completo"), 160)),
        text("FirstName", label("First Name", "Nome"), 50),
        text("LastName", label("Last Name", "Cognome"), 50, APPLICATION),
        text("EMailAddress1", label("Email", "Posta elettronica")),
        text("Telephone1", label("Business Phone", "Telefono ufficio"), 50),
        memo("Description", label("Description", "Descrizione")),
        lookup("ParentCustomerId", label("Company Name", "Nome società"), Kind.CUSTOMER),
    ),
    2,
    primary_name="fullname",
)
INCIDENT = _system(
    "incident",
    "incidents",
    (label("Case", "Caso"), label("Cases", "Casi")),
    (
        text("Title", label("Case Title", "Titolo caso"), 200, APPLICATION),
        text("TicketNumber", label("Case Number", "Numero caso"), 100),
        memo("Description", label("Description", "Descrizione")),
        lookup("CustomerId", label("Customer", "Cliente"), Kind.CUSTOMER, APPLICATION),
    ),
    112,
    primary_name="title",
)
QUEUE = _system(
    "queue",
    "queues",
    (label("Queue", "Coda"), label("Queues", "Code")),
    (
        text("Name", label("Name", "Nome"), 200, APPLICATION),
        memo("Description", label("Description", "Descrizione")),
    ),
    2020,
)
ANNOTATION = _system(
    "annotation",
    "annotations",
    (label("Note", "Nota"), label("Notes", "Note")),
    (
        text("Subject", label("Title", "Titolo"), 500),
        memo("NoteText", label("Description", "Descrizione"), 100000),
        lookup("ObjectId", label("Regarding", "Tema")),
    ),
    5,
    primary_name="subject",
)
BOOKABLERESOURCE = _system(
    "bookableresource",
    "bookableresources",
    (label("Bookable Resource", "Risorsa prenotabile"), label("Bookable Resources", "Risorse prenotabili")),
    (
        text("Name", label("Name", "Nome"), 100, APPLICATION),
        choice("ResourceType", "Resource Type", "bookableresource_resourcetype"),
        lookup("UserId", label("User", "Utente")),
    ),
    1150,
    schema_name="BookableResource",
)
ACTIVITYPOINTER = activity_table(
    "activitypointer",
    "activitypointers",
    (label("Activity", "Impegno"), label("Activities", "Impegni")),
    (),
    4200,
    edm_base="crmbaseentity",
    schema_name="ActivityPointer",
    is_custom=False,
)
TASK = activity_table(
    "task",
    "tasks",
    (label("Task", "Attività"), label("Tasks", "Attività")),
    (),
    4212,
    schema_name="Task",
    is_custom=False,
)
TABLES = (
    ACTIVITYPOINTER,
    OWNER,
    SYSTEMUSER,
    TEAM,
    BUSINESSUNIT,
    ORGANIZATION,
    ACCOUNT,
    CONTACT,
    INCIDENT,
    QUEUE,
    TASK,
    ANNOTATION,
    BOOKABLERESOURCE,
)
CHOICES = (
    boolean_choice("systemuser_isdisabled", "Is Disabled"),
    boolean_choice("team_isdefault", "Is Default"),
    boolean_choice("businessunit_isdisabled", "Is Disabled"),
    boolean_choice("organization_sharetopreviousowner", "Share To Previous Owner"),
    Choice(
        "team_type",
        label("Team Type"),
        options((0, "Owner"), (1, "Access"), (2, "Security Group"), (3, "Office Group")),
        is_global=True,
    ),
    Choice(
        "bookableresource_resourcetype",
        label("Resource Type"),
        options((1, "Generic"), (2, "Contact"), (3, "User"), (4, "Equipment"), (5, "Account")),
    ),
)
RELATIONSHIPS = (
    reference("business_unit_system_users", (SYSTEMUSER, "businessunitid"), BUSINESSUNIT, "businessunitid"),
    reference("business_unit_teams", (TEAM, "businessunitid"), BUSINESSUNIT, "businessunitid"),
    reference("lk_teambase_administratorid", (TEAM, "administratorid"), SYSTEMUSER, "administratorid"),
    reference(
        "business_unit_parent_business_unit",
        (BUSINESSUNIT, "parentbusinessunitid"),
        BUSINESSUNIT,
        "parentbusinessunitid",
    ),
    reference("account_parent_account", (ACCOUNT, "parentaccountid"), ACCOUNT, "parentaccountid"),
    reference("account_primary_contact", (ACCOUNT, "primarycontactid"), CONTACT, "primarycontactid"),
    reference(
        "contact_customer_accounts",
        (CONTACT, "parentcustomerid"),
        ACCOUNT,
        "parentcustomerid_account",
        PARENTAL,
    ),
    reference(
        "contact_customer_contacts",
        (CONTACT, "parentcustomerid"),
        CONTACT,
        "parentcustomerid_contact",
        PARENTAL,
    ),
    reference("incident_customer_accounts", (INCIDENT, "customerid"), ACCOUNT, "customerid_account", PARENTAL),
    reference("incident_customer_contacts", (INCIDENT, "customerid"), CONTACT, "customerid_contact", PARENTAL),
    reference("Account_Tasks", (TASK, "regardingobjectid"), ACCOUNT, "regardingobjectid_account_task", PARENTAL),
    reference("Contact_Tasks", (TASK, "regardingobjectid"), CONTACT, "regardingobjectid_contact_task", PARENTAL),
    reference(
        "Account_ActivityPointers",
        (ACTIVITYPOINTER, "regardingobjectid"),
        ACCOUNT,
        "regardingobjectid_account",
        PARENTAL,
    ),
    reference("Account_Annotation", (ANNOTATION, "objectid"), ACCOUNT, "objectid_account", PARENTAL),
    reference("systemuser_bookableresource_UserId", (BOOKABLERESOURCE, "userid"), SYSTEMUSER, "UserId"),
)
MANY_TO_MANY = (
    ManyToMany(
        "teammembership_association",
        "teammembership",
        ("systemuser", "systemuserid"),
        ("team", "teamid"),
    ),
)
