/*
 * getaddrinfo(). Hosts given as numbers, or not given, are the C library's; names are looked up here.
 *
 * freeaddrinfo() stays the C library's, for its own results and for these: each entry is one allocation with its address in it, its canonical name another,
 * which is how glibc has made them and taken them apart since it has had the function.
 */
#include "prefix.h"
#include "real.h"
#include "resolver.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

struct entry {
    struct addrinfo information;
    union {
        struct sockaddr_in inet;
        struct sockaddr_in6 inet6;
    } address;
};

/* Takes the addresses out that the stack has no sockets for. A list of nothing else stays: socket() will say EAFNOSUPPORT. */
static void filter(struct addrinfo **list)
{
    bool has_inet = false;
    for (struct addrinfo *entry = *list; entry != NULL; entry = entry->ai_next)
        has_inet = has_inet || entry->ai_family == AF_INET;
    for (struct addrinfo **place = list; has_inet && *place != NULL;) {
        struct addrinfo *entry = *place;
        if (entry->ai_family != AF_INET6) {
            place = &entry->ai_next;
            continue;
        }
        if (entry->ai_canonname != NULL && entry->ai_next != NULL) {
            entry->ai_next->ai_canonname = entry->ai_canonname;
            entry->ai_canonname = NULL;
        }
        *place = entry->ai_next;
        entry->ai_next = NULL;
        freeaddrinfo(entry);
    }
}

static struct entry *make_entry(const struct host_address *address, const struct addrinfo *model, bool mapped)
{
    struct entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL)
        return NULL;
    entry->information = *model;
    entry->information.ai_next = NULL;
    entry->information.ai_canonname = NULL;
    entry->information.ai_addr = (struct sockaddr *)&entry->address;
    in_port_t port = ((const struct sockaddr_in *)model->ai_addr)->sin_port;
    if (address->family == AF_INET && !mapped) {
        entry->information.ai_family = AF_INET;
        entry->information.ai_addrlen = sizeof entry->address.inet;
        entry->address.inet.sin_family = AF_INET;
        entry->address.inet.sin_port = port;
        memcpy(&entry->address.inet.sin_addr, address->bytes, sizeof(struct in_addr));
        return entry;
    }
    entry->information.ai_family = AF_INET6;
    entry->information.ai_addrlen = sizeof entry->address.inet6;
    entry->address.inet6.sin6_family = AF_INET6;
    entry->address.inet6.sin6_port = port;
    uint8_t *bytes = entry->address.inet6.sin6_addr.s6_addr;
    if (address->family == AF_INET6) {
        memcpy(bytes, address->bytes, sizeof(struct in6_addr));
    } else {
        bytes[10] = bytes[11] = 0xff;   /* RFC 4291, section 2.5.5.2 */
        memcpy(bytes + 12, address->bytes, sizeof(struct in_addr));
    }
    return entry;
}

/* Every address in every kind of the model (stream, datagram, raw), in this order. */
static int make_list(const struct host *host, const struct addrinfo *models, bool mapped, bool canonical, int flags, struct addrinfo **result)
{
    struct addrinfo *list = NULL, **place = &list;
    for (size_t i = 0; i < host->count; i++) {
        for (const struct addrinfo *model = models; model != NULL; model = model->ai_next) {
            struct entry *entry = make_entry(&host->addresses[i], model, mapped);
            if (entry == NULL) {
                freeaddrinfo(list);
                return EAI_MEMORY;
            }
            entry->information.ai_flags = flags;
            *place = &entry->information;
            place = &entry->information.ai_next;
        }
    }
    if (canonical && list != NULL) {
        list->ai_canonname = strdup(host->name);
        if (list->ai_canonname == NULL) {
            freeaddrinfo(list);
            return EAI_MEMORY;
        }
    }
    *result = list;
    return 0;
}

/* Whether the stack has a way to the address, now: connecting a datagram socket asks for the route and sends nothing. */
static bool is_reachable(const struct host_address *address)
{
    struct addrinfo model = { .ai_addr = (struct sockaddr *)&(struct sockaddr_in){ .sin_port = htons(9) } };
    struct entry *entry = make_entry(address, &model, false);
    int fd = entry == NULL ? -1 : socket(address->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool reachable = fd >= 0 && connect(fd, entry->information.ai_addr, entry->information.ai_addrlen) == 0;
    if (fd >= 0)
        close(fd);
    free(entry);
    return reachable;
}

/* RFC 6724, section 5, rule 1, and then 6: addresses of the family that can be reached come first, and IPv6 before IPv4. */
static void sort(struct host *host)
{
    const struct host_address *first[2] = { NULL, NULL };
    for (size_t i = host->count; i-- > 0;)
        first[host->addresses[i].family == AF_INET6 ? 0 : 1] = &host->addresses[i];
    if (first[0] == NULL || first[1] == NULL)
        return;
    int leading = is_reachable(first[0]) || !is_reachable(first[1]) ? AF_INET6 : AF_INET;
    struct host sorted = { .count = 0 };
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < host->count; i++) {
            if ((host->addresses[i].family == leading) == (round == 0))
                host_add(&sorted, host->addresses[i].family, host->addresses[i].bytes);
        }
    }
    memcpy(host->addresses, sorted.addresses, sizeof host->addresses);
}

static int find_by_name(const char *prefix, const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
    if ((hints->ai_flags & AI_NUMERICHOST) != 0)
        return EAI_NONAME;
    bool has_inet6 = prefix_has_family(prefix, WIRE_INET6);
    bool mapped = hints->ai_family == AF_INET6 && (hints->ai_flags & AI_V4MAPPED) != 0;
    struct wanted_families wanted = {
        .inet = hints->ai_family == AF_INET || hints->ai_family == AF_UNSPEC,
        .inet6 = hints->ai_family == AF_INET6 || (hints->ai_family == AF_UNSPEC && has_inet6),
    };
    if ((hints->ai_flags & AI_ADDRCONFIG) != 0 && hints->ai_family == AF_INET6 && !has_inet6)
        return EAI_ADDRFAMILY;

    /* The C library knows services and which kinds of socket go with the hints: it makes the model for each address. */
    struct addrinfo model_hints = {
        .ai_family = AF_INET,
        .ai_flags = AI_NUMERICHOST | (hints->ai_flags & AI_NUMERICSERV),
        .ai_socktype = hints->ai_socktype,
        .ai_protocol = hints->ai_protocol,
    };
    struct addrinfo *models;
    int error = REAL(getaddrinfo)("0.0.0.0", service, &model_hints, &models);
    if (error != 0)
        return error;
    struct host host;
    error = resolver_find_name(prefix, node, wanted, &host);
    if (mapped && (error == EAI_NONAME || error == EAI_NODATA || (error == 0 && (hints->ai_flags & AI_ALL) != 0))) {
        struct host inet;
        int inet_error = resolver_find_name(prefix, node, (struct wanted_families){ .inet = true }, &inet);
        if (inet_error == 0) {
            if (error != 0)
                host = inet;
            else
                for (size_t i = 0; i < inet.count; i++)
                    host_add(&host, AF_INET, inet.addresses[i].bytes);
            error = 0;
        } else if (error != 0) {
            error = inet_error;
        }
    }
    if (error == 0) {
        if (!mapped)
            sort(&host);
        error = make_list(&host, models, mapped, (hints->ai_flags & AI_CANONNAME) != 0, hints->ai_flags, result);
    }
    freeaddrinfo(models);
    return error;
}

/* An IPv6 address with a scope: the interface's number is the stack's. Whether the host was one. */
static bool find_scoped(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result, int *error)
{
    char number[INET6_ADDRSTRLEN];
    struct in6_addr address;
    const char *scope = strchr(node, '%');
    if (scope == NULL || hints->ai_family == AF_INET || (size_t)(scope - node) >= sizeof number)
        return false;
    memcpy(number, node, (size_t)(scope - node));
    number[scope - node] = '\0';
    unsigned index = if_nametoindex(scope + 1);
    if (inet_pton(AF_INET6, number, &address) != 1 || index == 0)
        return false;
    *error = REAL(getaddrinfo)(number, service, hints, result);
    for (struct addrinfo *entry = *error == 0 ? *result : NULL; entry != NULL; entry = entry->ai_next)
        ((struct sockaddr_in6 *)entry->ai_addr)->sin6_scope_id = index;
    return true;
}

EXPORT int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    const char *prefix = prefix_now();
    if (prefix == NULL || (hints != NULL && hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET && hints->ai_family != AF_INET6))
        return REAL(getaddrinfo)(node, service, hints, result);

    /* Without hints glibc assumes these flags. Which families are configured is the stack's to say, and not the kernel's. */
    struct addrinfo asked = { .ai_flags = AI_V4MAPPED | AI_ADDRCONFIG };
    if (hints != NULL)
        asked = *hints;
    struct addrinfo numeric = asked;
    numeric.ai_flags &= ~AI_ADDRCONFIG;
    if (node != NULL)
        numeric.ai_flags |= AI_NUMERICHOST;
    int error = REAL(getaddrinfo)(node, service, &numeric, result);
    if (error == 0 && node == NULL && asked.ai_family == AF_UNSPEC && !prefix_has_family(prefix, WIRE_INET6))
        filter(result);
    if (error != EAI_NONAME || node == NULL)
        return error;
    if (find_scoped(node, service, &numeric, result, &error))
        return error;
    return find_by_name(prefix, node, service, &asked, result);
}
