/* getaddrinfo() and its relatives, as far as they need no server. */
#include "selftest.h"
#include <netdb.h>

static struct addrinfo *find(const char *host, const char *service, int flags, int type)
{
    struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = type, .ai_flags = flags }, *found = NULL;
    EXPECT(getaddrinfo(host, service, &hints, &found) == 0);
    EXPECT(found != NULL && found->ai_family == AF_INET && found->ai_addrlen == sizeof(struct sockaddr_in));
    return found;
}

static struct sockaddr_in inet_of(const struct addrinfo *found)
{
    struct sockaddr_in address;
    memcpy(&address, found->ai_addr, sizeof address);
    return address;
}

static void numbers(void)
{
    struct addrinfo *found = find("10.1.0.1", "8080", AI_NUMERICHOST, SOCK_STREAM);
    EXPECT(inet_of(found).sin_addr.s_addr == inet_addr("10.1.0.1") && inet_of(found).sin_port == htons(8080) && found->ai_next == NULL);
    freeaddrinfo(found);
    found = find(NULL, "80", AI_PASSIVE, SOCK_STREAM);
    EXPECT(inet_of(found).sin_addr.s_addr == 0);
    freeaddrinfo(found);
    struct addrinfo hints = { .ai_family = AF_INET, .ai_flags = AI_NUMERICHOST }, *none;
    EXPECT(getaddrinfo("name.example", NULL, &hints, &none) == EAI_NONAME);
    hints.ai_flags = 0x10000000;
    EXPECT(getaddrinfo("127.0.0.1", NULL, &hints, &none) == EAI_BADFLAGS);
}

static void localhost(void)
{
    struct addrinfo *found = find("localhost", NULL, AI_CANONNAME, SOCK_DGRAM);
    EXPECT(inet_of(found).sin_addr.s_addr == htonl(INADDR_LOOPBACK) && found->ai_canonname != NULL);
    freeaddrinfo(found);
    struct hostent *host = gethostbyname("localhost");
    EXPECT(host != NULL && host->h_addrtype == AF_INET && host->h_length == 4 && memcmp(host->h_addr_list[0], "\x7f\0\0\1", 4) == 0);
    char name[NI_MAXHOST], service[NI_MAXSERV];
    struct sockaddr_in address = local(80);
    EXPECT(getnameinfo((struct sockaddr *)&address, sizeof address, name, sizeof name, service, sizeof service, NI_NUMERICHOST | NI_NUMERICSERV) == 0);
    EXPECT(strcmp(name, "127.0.0.1") == 0 && strcmp(service, "80") == 0);
    EXPECT(getnameinfo((struct sockaddr *)&address, sizeof address, name, 3, NULL, 0, NI_NUMERICHOST) == EAI_OVERFLOW);
}

const struct test name_tests[] = {
    { "numbers", numbers },
    { "localhost", localhost },
    { 0 },
};
